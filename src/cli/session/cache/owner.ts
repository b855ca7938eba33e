import { join } from 'node:path'
import { crypto, fs } from '../../context/builtins.ts'
import type { Credential } from '../../context/credential.ts'
import type { Target } from '../../context/target.ts'

/** The owner of a cache: it is used for no other profile, server, principal or organisation. */
export interface Owner {
  readonly profile: string
  /** Origin of the server. */
  readonly server: string
  /** `user:<id>`, `agent:<id>`, or the hash of a key, which belongs to one principal. */
  readonly principal: string
  /** Id of the organisation that a token is for; empty for a key, which is for one only. */
  readonly org: string
}

/** The owner of a run's reads, found without a request: a cache must be found when the server is unreachable. */
export function cacheOwner({ profileName, apiUrl }: Pick<Target, 'profileName' | 'apiUrl'>, credential: Credential): Owner {
  return { profile: profileName, server: URL.parse(apiUrl)?.origin ?? apiUrl, ...principalOf(credential) }
}

function principalOf(credential: Credential): Pick<Owner, 'principal' | 'org'> {
  if (credential.kind === 'workload') return { principal: `agent:${credential.agentId}`, org: '' }
  if (credential.kind !== 'token') return { principal: `key:${hashOf(credential.apiKey)}`, org: '' }
  const { sub, org } = claimsOf(credential.token)
  return typeof sub === 'string' && typeof org === 'string'
    ? { principal: sub, org }
    : { principal: `token:${hashOf(credential.token)}`, org: '' }
}

/** Not verified: a forged token finds a file here, but the key to it is in the credential store. */
function claimsOf(token: string): { readonly sub?: unknown; readonly org?: unknown } {
  try {
    return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) ?? {}) as object
  } catch {
    return {}
  }
}

/** The folder of all caches of a configuration folder. */
export function cacheFolder(dir: string): string {
  return join(dir, 'cache')
}

/** The name of an owner's file; it reveals nothing about them. */
export function cacheFile(dir: string, owner: Owner): string {
  return join(cacheFolder(dir), `${prefixOf(owner.profile)}${hashOf(JSON.stringify(owner))}`)
}

/** The files of a profile, no matter who used it. */
export function cacheFiles(dir: string, profile: string): string[] {
  const folder = cacheFolder(dir)
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .filter(name => name.startsWith(prefixOf(profile)))
    .map(name => join(folder, name))
}

function prefixOf(profile: string): string {
  return `${hashOf(profile)}-`
}

function hashOf(text: string): string {
  return crypto().createHash('sha256').update(text).digest('hex').slice(0, 32)
}
