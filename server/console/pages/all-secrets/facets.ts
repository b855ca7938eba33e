import { ageOf, endsWithin, OLD_DAYS } from '../secrets/ages/age.ts'
import type { Listed } from '../secrets/ages/listed.ts'

interface Facet {
  readonly name: string
  readonly label: string
  holds(secret: Listed, now: number): boolean
}

/** Common questions about all secrets. */
export const FACETS: readonly Facet[] = [
  { name: 'week', label: 'Expires in 7 days', holds: (secret, now) => endsWithin(secret, 7, now) },
  { name: 'month', label: 'Expires in 30 days', holds: (secret, now) => endsWithin(secret, 30, now) },
  { name: 'old', label: `Older than ${OLD_DAYS} days`, holds: (secret, now) => ageOf(secret, now) > OLD_DAYS },
  { name: 'unread', label: 'Never read', holds: ({ last_read_at }) => last_read_at === undefined },
  { name: 'limit', label: 'Has a read limit', holds: ({ max_access_count }) => max_access_count !== undefined },
  { name: 'creator', label: 'No policy', holds: ({ has_policy }) => !has_policy },
]

/** The filter in the address. */
export interface Filter {
  readonly words: string
  readonly facets: readonly string[]
  /** The id of a vault; empty: all. */
  readonly vault: string
}

export function filterOf(query: URLSearchParams): Filter {
  return {
    words: query.get('q') ?? '',
    facets: (query.get('only') ?? '').split(',').filter(Boolean),
    vault: query.get('vault') ?? '',
  }
}

/** The secrets that match the whole filter, in their order. */
export function matching(secrets: readonly Listed[], { words, facets, vault }: Filter, now: number): readonly Listed[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const asked = FACETS.filter(({ name }) => facets.includes(name))
  return secrets.filter(
    secret =>
      (vault === '' || secret.vault_id === vault) &&
      asked.every(facet => facet.holds(secret, now)) &&
      (wanted.length === 0 || wanted.every(word => `${secret.vault_name}/${secret.path}`.toLowerCase().includes(word))),
  )
}

export const ORDERS = ['path', 'age', 'expires', 'read'] as const
export type Order = (typeof ORDERS)[number]

export const ORDER_LABELS: Readonly<Record<Order, string>> = {
  path: 'Vault and path',
  age: 'Oldest value first',
  expires: 'Next to expire first',
  read: 'Longest unread first',
}

const KEYS: Readonly<Record<Order, (secret: Listed) => string>> = {
  path: () => '',
  age: secret => secret.created_at,
  expires: secret => secret.expires_at ?? '~',
  read: secret => secret.last_read_at ?? '',
}

/** In the order that the address names; equals keep their order. */
export function ordered(secrets: readonly Listed[], order: string): readonly Listed[] {
  const known = ORDERS.find(each => each === order) ?? 'path'
  if (known === 'path') return secrets
  const key = KEYS[known]
  return secrets.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0))
}
