import { Problem } from '../../../src/problem.ts'
import { denied } from '../../policy/denial.ts'
import type { Usability, VersionSummary } from '../../stores/secrets.ts'

/** A viewer; an actor is one. */
type Viewer = { readonly type: 'user' } | { readonly type: 'agent'; readonly intentsEnabled: boolean }

/** Types whose values an agent that signs through intents never gets to see. */
const SIGNING_KEY_TYPES = ['private_key', 'ssh_key']

const NEVER_LEAVES = 'This key never leaves the key provider: it signs, and nobody can read it.'

/**
 * Why a version cannot be read although the caller is allowed to; undefined if it can. Expiry is checked here, at the time of use,
 * independently of the reaper.
 */
export function whyUnusable(row: Usability, now: number): string | undefined {
  return row.signing_key_id === null ? whyEnded(row, now) : NEVER_LEAVES
}

/** The same, except for keys that can be used without being read. */
export function whyEnded(row: Usability, now: number): string | undefined {
  if (row.deleted_at !== null) return 'This secret was deleted.'
  if (row.is_disabled) return 'This version was disabled.'
  if (row.expires_at !== null && row.expires_at <= now) return 'This secret has expired.'
  if (row.max_access_count > 0 && row.access_count >= row.max_access_count) return 'This secret has reached its read limit.'
  return undefined
}

/**
 * @throws Problem `resource.unknown` if it never existed, `resource.gone` if it can no longer be read, `policy.denied` for a key that
 * nobody can read. `at` precedes the message.
 */
export function ensureUsable<Row extends VersionSummary>(row: Row | undefined, now: number, at = ''): Row {
  if (!row) throw unknownSecret()
  if (row.signing_key_id !== null) throw denied('key-never-leaves', at + NEVER_LEAVES)
  const reason = whyEnded(row, now)
  if (reason) throw new Problem('resource.gone', at + reason)
  return row
}

export function unknownSecret(): Problem {
  return new Problem('resource.unknown', 'There is no secret at this path.')
}

/** The same for one version, whether or not the path has others. */
export function unknownVersion(version: number): Problem {
  return new Problem('resource.unknown', `There is no version ${version} of a secret at this path.`)
}

/** Whether the value is a key that this agent can use but not see. */
export function isHiddenFrom(actor: Viewer, type: string): boolean {
  return actor.type === 'agent' && actor.intentsEnabled && SIGNING_KEY_TYPES.includes(type)
}

/** @throws Problem `policy.denied` for a key that this agent can use but not see. */
export function ensureVisible(actor: Viewer, type: string): void {
  if (isHiddenFrom(actor, type)) {
    throw denied('signing-keys-hidden', 'Agents with the intents API enabled use signing keys without seeing them.')
  }
}
