import type { Reply } from '../../../client/client.ts'
import { howMany } from '../how-many.ts'
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
    problem: job => job.error,
  },
  name: job => job.id,
}

/** The customer key of a vault, and whether this machine has it. */
export interface CustomerKey {
  readonly vault_id: string
  readonly vault: string
  readonly enabled: boolean
  readonly fingerprint?: string
  /** Whether a command that runs here finds the key; absent if the vault has none. */
  readonly found_here?: boolean
  readonly rotations: Reply<'cmek.rotations'>['rotations']
}

export const CUSTOMER_KEY: View<CustomerKey> = {
  columns: {
    vault: ({ vault }) => vault,
    'customer key': ({ enabled }) => (enabled ? 'on' : 'off'),
    fingerprint: ({ fingerprint }) => fingerprint,
    'found here': ({ found_here }) => (found_here === undefined ? undefined : found_here ? 'yes' : 'no'),
  },
  name: ({ fingerprint }) => fingerprint ?? '',
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

export const SERVER_KEYS = ['jwt', 'audit', 'data-box', 'pepper'] as const

type Status = Reply<'keys.status'>
export type ServerKey = Status['keys'][number]

/** A key of the server, or all keys of vaults together. */
interface KeyRow extends Omit<ServerKey, 'key' | 'number' | 'state' | 'held'> {
  readonly key: string
  readonly number?: number
  readonly state: string
  readonly held: string
}

const HELD = { keystore: 'key store', database: 'database, wrapped' } as const

export function serverKeyRows({ keys, vault_keys: vaults }: Status): KeyRow[] {
  const held = vaults.in_keystore > 0 ? HELD.keystore : HELD.database
  const uses = { uses: vaults.most_uses, limit: vaults.limit }
  return [...keys, { key: 'vaults', kind: vaults.kind, state: howMany(vaults.count, 'key'), held, ...uses }]
}

export const SERVER_KEY: View<KeyRow> = {
  columns: {
    key: ({ key }) => key,
    number: ({ number }) => number,
    state: ({ state }) => state,
    kind: ({ kind }) => kind,
    held: ({ held }) => (held in HELD ? HELD[held as keyof typeof HELD] : held),
    used: ({ uses, limit }) => (uses === undefined || limit === undefined ? undefined : percent(uses / limit)),
    'still needed by': ({ remaining }) => remaining,
    made: ({ created_at }) => moment(created_at),
    ends: ({ ends_at, ended_at }) => moment(ended_at ?? ends_at),
  },
  name: ({ key, number }) => (number === undefined ? key : `${key}/${number}`),
}

export const ROTATION: View<Status['rotations'][number]> = {
  columns: {
    vault: job => job.vault_id,
    rotation: job => job.kind,
    id: job => job.id,
    processed: job => job.processed,
    total: job => job.total,
    begun: job => moment(job.created_at),
  },
  name: job => job.id,
}

/** A share that is small but not zero is not shown as zero. */
function percent(share: number): string {
  if (share === 0) return '0%'
  return share < 0.0001 ? '<0.01%' : `${(share * 100).toFixed(2)}%`
}
