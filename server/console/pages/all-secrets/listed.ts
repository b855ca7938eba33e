import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'

export type Listed = Contract['secrets.list-all']['reply']['secrets'][number]

/** More than anyone looks through; the command line lists them all. */
const MOST = 20_000

/** The secrets of all vaults, page after page, and whether there are more than are shown. */
export async function allSecrets(client: Client): Promise<{ readonly secrets: readonly Listed[]; readonly more: boolean }> {
  const secrets: Listed[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await client.call('secrets.list-all', { query: { limit: 1000, ...(cursor !== undefined && { cursor }) } })
    secrets.push(...page.secrets)
    cursor = page.next_cursor
    if (cursor === undefined) return { secrets: secrets.toSorted(byPlace), more: false }
    if (secrets.length >= MOST) return { secrets: secrets.toSorted(byPlace), more: true }
  }
}

function byPlace(one: Listed, other: Listed): number {
  return compare(one.vault_name, other.vault_name) || compare(one.path, other.path)
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

export const DAY_MS = 86_400_000
export const OLD_DAYS = 90

/** Whole days since the value was written. */
export function ageOf({ created_at }: Pick<Listed, 'created_at'>, now: number): number {
  return Math.floor((now - Date.parse(created_at)) / DAY_MS)
}

/** Whether it ends within so many days, and has not ended yet. */
export function endsWithin({ expires_at }: Pick<Listed, 'expires_at'>, days: number, now: number): boolean {
  if (expires_at === undefined) return false
  const left = Date.parse(expires_at) - now
  return left > 0 && left <= days * DAY_MS
}

export function isUnread({ last_read_at }: Pick<Listed, 'last_read_at'>, now: number): boolean {
  return last_read_at === undefined || now - Date.parse(last_read_at) > OLD_DAYS * DAY_MS
}
