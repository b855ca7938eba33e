import type { Reply } from '../../../client/client.ts'

export type Secret = Reply<'secrets.read-many'>['secrets'][number]
type Vaults = Reply<'vaults.list'>
type Listing = Reply<'secrets.list'>

/** A cached reply with its time: milliseconds since 1970 by this machine's clock. */
export interface Dated {
  readonly at: number
}

/** A value as it was received, so still encrypted if the vault has a customer key; or the reason why there is none. */
export interface Kept extends Dated {
  readonly secret?: Secret
  readonly never?: string
}

/** The content of a cache. Everything of a vault is under its id. */
export interface Contents {
  readonly vaults?: Dated & { readonly answer: Vaults }
  readonly of: Readonly<Record<string, OfVault>>
}

export interface OfVault {
  /** By version (`0`: the newest) and path, see `slotOf`. */
  readonly values: Readonly<Record<string, Kept>>
  /** Replies of `secrets.list`, by prefix. */
  readonly lists: Readonly<Record<string, Dated & { readonly answer: Listing }>>
  /** The paths of all secrets under a prefix, by prefix. */
  readonly sweeps: Readonly<Record<string, Dated & { readonly paths: readonly string[] }>>
}

export const EMPTY: Contents = { of: {} }
export const NO_VAULT: OfVault = { values: {}, lists: {}, sweeps: {} }

/** The maximum age, whatever the flags say. */
export const KEPT_AT_MOST_MS = 7 * 86_400_000
/** The maximum number of characters of one value, and of all. */
const VALUE_AT_MOST = 1024 * 1024
const ALL_AT_MOST = 20 * 1024 * 1024
/** Types that are never written to a disk of a client. */
const KEYS: readonly string[] = ['private_key', 'ssh_key']

export function slotOf(path: string, version = 0): string {
  return `${version} ${path}`
}

export function partsOf(slot: string): { readonly path: string; readonly isNewest: boolean } {
  return { path: slot.slice(slot.indexOf(' ') + 1), isNewest: slot.startsWith('0 ') }
}

/** The parts of a value that may be cached. */
export function keptOf({ max_access_count, ...secret }: Secret, at: number): Kept {
  if (KEYS.includes(secret.type)) return { at, never: `secrets of type ${secret.type} are never cached` }
  if (max_access_count !== undefined) return { at, never: 'a secret whose reads are limited is never cached' }
  if (secret.value.length > VALUE_AT_MOST) return { at, never: 'values of more than 1 MiB are never cached' }
  return { at, secret }
}

/** The contents with another state of a vault. */
export function withVault(contents: Contents, id: string, change: (vault: OfVault) => OfVault): Contents {
  return { ...contents, of: { ...contents.of, [id]: change(contents.of[id] ?? NO_VAULT) } }
}

export function withoutVaults(contents: Contents, isGone: (id: string) => boolean): Contents {
  return { ...contents, of: Object.fromEntries(Object.entries(contents.of).filter(([id]) => !isGone(id))) }
}

/** A vault without some values. `isNewest`: it was read without naming its version. */
export function withoutPaths(vault: OfVault, isGone: (path: string, kept: Kept, isNewest: boolean) => boolean): OfVault {
  const values = Object.entries(vault.values).filter(([slot, kept]) => {
    const { path, isNewest } = partsOf(slot)
    return !isGone(path, kept, isNewest)
  })
  return { ...vault, values: Object.fromEntries(values) }
}

/** Without expired entries, and within the size limit: the oldest values go first. */
export function bounded(contents: Contents, now: number): Contents {
  const isYoung = ({ at }: Dated) => now - at <= KEPT_AT_MOST_MS
  const young = <T extends Dated>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([, dated]) => isYoung(dated)))
  const { vaults, of } = contents
  const ofYoung = Object.fromEntries(
    Object.entries(of).map(([id, { values, lists, sweeps }]): [string, OfVault] => [
      id,
      { values: young(values), lists: young(lists), sweeps: young(sweeps) },
    ]),
  )
  const oldestKept = cutOf(Object.values(ofYoung).flatMap(({ values }) => Object.values(values)))
  const fitting = Object.entries(ofYoung).map(([id, vault]): [string, OfVault] => [
    id,
    withoutPaths(vault, (_, { at }) => at < oldestKept),
  ])
  return { ...(vaults && isYoung(vaults) && { vaults }), of: Object.fromEntries(fitting) }
}

/** The time of the oldest value that is kept, so that all values together stay within the size limit. */
function cutOf(all: readonly Kept[]): number {
  let size = 0
  for (const { at, secret } of all.toSorted((a, b) => b.at - a.at)) {
    size += secret?.value.length ?? 0
    if (size > ALL_AT_MOST) return at + 1
  }
  return Number.NEGATIVE_INFINITY
}
