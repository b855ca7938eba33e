import { type Contents, type Dated, type Kept, NO_VAULT, type OfVault, type Secret, slotOf } from './contents.ts'
import type { Asked, CachedId } from './updates.ts'

/** A reply from the cache, with the time of its oldest part; or the reason why there is none, a sentence without its full stop. */
export type Found =
  | { readonly answer: unknown; readonly at: number; readonly what: string | undefined }
  | { readonly missing: string }

export interface Looking {
  readonly now: number
  /** Milliseconds; older entries are not used. */
  readonly maxAgeMs: number
  /** The limit in words. */
  readonly maxAge: string
}

/** The cache's reply to an operation. `what` names its values, if there are any. */
export function cachedAnswer(contents: Contents, id: CachedId, asked: Asked, looking: Looking): Found {
  const { vault_id = '', path = '', version } = asked.params ?? {}
  const vault = contents.of[vault_id] ?? NO_VAULT
  const aside = (dated: (Dated & { readonly answer: unknown }) | undefined, name: string, what?: string): Found => {
    if (!dated) return { missing: `${name} is not in the cache of this machine` }
    return isYoung(dated, looking) ? { answer: dated.answer, at: dated.at, what } : { missing: tooOld(name, looking) }
  }
  // The id of a vault does not change, so this is not announced.
  if (id === 'vaults.list') return aside(contents.vaults, 'The list of vaults')
  if (id === 'secrets.list') {
    return aside(wider(vault.lists, asked.query?.prefix ?? ''), 'The list of secrets', 'the list of secrets')
  }
  if (id === 'secrets.read-many') return many(vault, asked, looking)
  const found = one(vault, path, version, looking)
  return typeof found === 'string' ? { missing: found } : { answer: found.secret, at: found.at, what: path }
}

/** The cached list of a prefix; one for a shorter prefix contains it as well. */
function wider<T>(known: Readonly<Record<string, T>>, prefix: string): T | undefined {
  const names = Object.keys(known).filter(name => prefix.startsWith(name))
  const longest = names.toSorted((a, b) => b.length - a.length)[0]
  return longest === undefined ? undefined : known[longest]
}

function many(vault: OfVault, { body }: Asked, looking: Looking): Found {
  const prefix = body?.prefix ?? ''
  const sweep = body?.paths ? undefined : wider(vault.sweeps, prefix)
  if (!body?.paths && !sweep) return { missing: 'The list of secrets of this vault is not in the cache of this machine' }
  if (sweep && !isYoung(sweep, looking)) return { missing: tooOld('The list of secrets of this vault', looking) }
  const paths = body?.paths ?? sweep?.paths.filter(path => path.startsWith(prefix)) ?? []
  const found = paths.map(path => one(vault, path, undefined, looking))
  const missing = found.find(each => typeof each === 'string')
  if (missing !== undefined) return { missing }
  const kept = found.filter(each => typeof each !== 'string')
  const at = Math.min(...kept.map(each => each.at), sweep?.at ?? Number.POSITIVE_INFINITY)
  const what = kept.length === 1 ? paths[0] : `${kept.length} values`
  return { answer: { secrets: kept.map(({ secret }) => secret) }, at, what }
}

/** A value, or the reason why there is none. */
function one(vault: OfVault, path: string, version: number | undefined, looking: Looking): (Dated & { secret: Secret }) | string {
  const newest = vault.values[slotOf(path)]
  const exact = version === undefined || newest?.secret?.version === version ? newest : vault.values[slotOf(path, version)]
  const name = version === undefined ? path : `${path} (version ${version})`
  if (!exact) return `${name} is not in the cache of this machine`
  return usable(exact, name, looking)
}

function usable({ at, secret, never }: Kept, name: string, looking: Looking): (Dated & { secret: Secret }) | string {
  if (!secret) return `${name} is not in the cache of this machine: ${never}`
  if (secret.expires_at !== undefined && Date.parse(secret.expires_at) <= looking.now) return `${name} has expired`
  return isYoung({ at }, looking) ? { at, secret } : tooOld(name, looking)
}

/** If an age is small only because the clock was set back, it is not used. */
const CLOCK_SLACK_MS = 300_000

function isYoung({ at }: Dated, { now, maxAgeMs }: Looking): boolean {
  return now - at <= maxAgeMs && at - now <= CLOCK_SLACK_MS
}

function tooOld(name: string, { maxAge }: Looking): string {
  return `${name} in the cache of this machine is older than ${maxAge}`
}
