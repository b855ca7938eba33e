import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

export const CMEK_JOB: View<Reply<'cmek.rotation'>> = {
  columns: {
    id: job => job.id,
    status: job => job.status,
    processed: job => job.processed,
    total: job => job.total_secrets,
    'new key': job => job.new_fingerprint,
    completed: job => moment(job.completed_at),
  },
  name: job => job.id,
}

/** A rotation, with the name of the vault for people. */
export type RotatedVault = Reply<'keys.rotation'> & { readonly vault: string }

export const VAULT_KEY_JOB: View<RotatedVault> = {
  columns: {
    vault: job => job.vault,
    id: job => job.id,
    status: job => job.status,
    processed: job => job.processed,
    total: job => job.total_versions,
    completed: job => moment(job.completed_at),
  },
  name: job => job.id,
}

export const KEY_MIGRATION: View<Reply<'keys.migration'>> = {
  columns: {
    to: ({ to }) => to.place,
    'key store': ({ to }) => to.key_store,
    status: ({ migration }) => migration?.status,
    'vaults to move': ({ vaults }) => vaults,
    'old keys': ({ old_keys }) => old_keys,
    stays: ({ stays_total }) => stays_total,
    completed: ({ migration }) => moment(migration?.completed_at),
  },
  name: ({ to }) => to.key_store,
}
