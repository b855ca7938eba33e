import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { concernedBy, RECENT_DAYS } from '../../secret-readers.ts'
import { relative } from '../output/moment.ts'

const NAMED = 10

/** Sentences that are shown before a value is replaced: who has read the secret recently, and who has an older version. */
export async function beforeRotation(client: Client, vault_id: string, path: string, now: number): Promise<readonly string[]> {
  const { versions } = await client.call('secrets.versions', { params: { vault_id, path } })
  const readers = await client
    .call('policies.access', { params: { vault_id }, query: { path } })
    .then(({ principals }) => principals, ifDenied)
  if (!readers) return ['Who read it is told only to those who manage the policies of the vault.']
  const { recent, behind } = concernedBy(readers, versions[0]?.version, now)
  return [
    recent.length === 0
      ? `Nobody read it in the last ${RECENT_DAYS} days, as far as you can see.`
      : `Read in the last ${RECENT_DAYS} days by ${listed(recent, ({ last_read_at: at = '' }) => relative(at, now))}.`,
    ...(behind.length === 0 ? [] : [`Last read an older version: ${listed(behind, reader => `v${reader.last_read_version}`)}.`]),
  ]
}

function ifDenied(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'policy.denied') return undefined
  throw error
}

function listed<Reader extends { readonly name: string }>(readers: readonly Reader[], note: (reader: Reader) => string): string {
  const named = readers.slice(0, NAMED).map(reader => `${reader.name} (${note(reader)})`)
  return [...named, ...(readers.length > NAMED ? [`${readers.length - NAMED} more`] : [])].join(', ')
}
