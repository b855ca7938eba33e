import type { Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { type Source, vaultOf } from './read.ts'
import { parseReference, type Reference } from './reference.ts'
import type { Mention } from './scan.ts'

/** The state of a reference, without its value. */
export interface Checked extends Mention {
  readonly ok: boolean
  /** The fault, or why it could not be checked completely. */
  readonly detail: string
}

type Summary = Reply<'secrets.list'>['secrets'][number]
type Lookup = (path: string) => Summary | undefined

/** Looks up each reference in the lists of secrets, without reading values. `now` is in milliseconds since 1970. */
export async function checked(source: Source, found: readonly Mention[], now: number): Promise<Checked[]> {
  const vaults = new Map<string, Promise<Lookup>>()
  const lookupOf = (reference: Reference) => {
    const known = vaults.get(reference.vault) ?? listed(source, reference)
    vaults.set(reference.vault, known)
    return known
  }
  return Promise.all(
    found.map(async mention => {
      try {
        const reference = parseReference(mention.text, `${mention.file}:${mention.line}`)
        const secret = (await lookupOf(reference))(reference.path)
        if (!secret && mention.has_default)
          return { ...mention, ok: true, detail: 'There is no such secret; the template has a default.' }
        return { ...mention, ...(await stateOf(source, reference, secret, now)) }
      } catch (error) {
        if (error instanceof Problem && ['usage', 'resource.unknown'].includes(error.code))
          return { ...mention, ok: false, detail: error.message }
        throw error
      }
    }),
  )
}

async function listed(source: Source, reference: Reference): Promise<Lookup> {
  const vault_id = await vaultOf(source, reference)
  const { secrets } = await source.client.call('secrets.list', { params: { vault_id } })
  const known = new Map(secrets.map(secret => [secret.path, secret]))
  return path => known.get(path)
}

type State = Pick<Checked, 'ok' | 'detail'>

async function stateOf(source: Source, reference: Reference, secret: Summary | undefined, now: number): Promise<State> {
  if (!secret) return { ok: false, detail: 'There is no such secret, or you cannot read it.' }
  const version = reference.version === undefined ? secret : await versionOf(source, reference)
  if (!version) return { ok: false, detail: `There is no version ${reference.version}; the newest is ${secret.version}.` }
  if (version.is_disabled) return { ok: false, detail: `Version ${version.version} is disabled.` }
  if (version.expires_at !== undefined && Date.parse(version.expires_at) <= now)
    return { ok: false, detail: `It expired on ${version.expires_at}.` }
  if (reference.field === undefined) return { ok: true, detail: `version ${version.version}` }
  return { ok: true, detail: `version ${version.version}; the field is checked only when it is read` }
}

async function versionOf({ client, ...source }: Source, reference: Reference): Promise<Summary | undefined> {
  const vault_id = await vaultOf({ client, ...source }, reference)
  const { versions } = await client.call('secrets.versions', { params: { vault_id, path: reference.path } })
  return versions.find(({ version }) => version === reference.version)
}
