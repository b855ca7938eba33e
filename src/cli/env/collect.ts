import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { vaultIdOf } from '../input/vault.ts'
import type { Session } from '../session/session.ts'
import type { Entry } from './env-file.ts'
import { isExcluded, type Naming, namedVariables, nameOf, type Variable } from './names.ts'
import type { Reference } from './reference.ts'

/** Which secrets become variables. Without paths, prefix and entries: all of the vault that the caller may read. */
export interface Selection {
  /** Paths in the vault of this run, or references. */
  readonly paths: readonly string[]
  /** Compared as a string. */
  readonly prefix?: string | undefined
  /** Of env files, in order. */
  readonly entries: readonly Entry[]
  /** Names; absent means all. */
  readonly only?: readonly string[] | undefined
  /** Paths and names of a sweep that are left out; `*` and `?` stand for characters. */
  readonly exclude?: readonly string[] | undefined
  readonly allowSpecial?: readonly string[] | undefined
  readonly naming: Naming
}

type Secret = Pick<Reply<'secrets.get'>, 'path' | 'type' | 'value'> & { cmek_encrypted?: boolean | undefined }

/** A secret that is wanted by itself, and what to make of it. */
interface Wanted {
  readonly reference: Reference
  readonly variables: (secret: Secret) => Variable[] | Promise<Variable[]>
}

export type Source = Pick<Session, 'client' | 'vaultId'>

/**
 * Reads the selected secrets, in one round trip for each vault (`--only` without paths needs one more, because a value that is not
 * wanted must not leave the server).
 * @throws Problem `usage` for names that cannot be; whatever the server answers otherwise.
 */
export async function collect(source: Source, selection: Selection): Promise<Map<string, Variable>> {
  const literals = selection.entries.flatMap(entry => ('value' in entry ? [entry] : []))
  const paths = await Promise.all(selection.paths.map(path => ofPath(path, selection.naming)))
  const wanted = [...paths, ...ofEntries(selection)]
  const [swept, single] = await Promise.all([sweep(source, selection), readWanted(source, wanted)])
  return namedVariables([...swept, ...single, ...literals], selection)
}

/** Does this selection take whatever the vault has? */
export function isSweep({ paths, prefix, entries }: Selection): boolean {
  return prefix !== undefined || (paths.length === 0 && entries.length === 0)
}

/** The vault in references that are meant for the vault of this run. */
export const OWN = ''

/** A path of the vault of this run, or a reference. What few runs need is loaded by those alone: this is on the way of every run. */
export async function argumentReference(text: string): Promise<Reference> {
  if (!text.includes('://')) return { vault: OWN, path: text }
  const { parseReference } = await import('./reference.ts')
  return parseReference(text, 'argument')
}

async function ofPath(text: string, naming: Naming): Promise<Wanted> {
  return { reference: await argumentReference(text), variables: secret => pathVariables(secret, naming) }
}

function ofEntries({ entries, only }: Selection): Wanted[] {
  return entries.flatMap(entry => {
    if (!('reference' in entry) || (only && !only.includes(entry.name))) return []
    const { name, origin, reference } = entry
    return [{ reference, variables: secret => [{ name, origin, value: opened(secret) }] }]
  })
}

async function sweep(source: Source, selection: Selection): Promise<Variable[]> {
  if (!isSweep(selection)) return []
  const { prefix = '', naming } = selection
  const vault_id = await source.vaultId()
  const secrets = await sweptSecrets(source.client, vault_id, prefix, selection)
  if (secrets.length === 0 && prefix !== '' && !selection.only && !selection.exclude) {
    throw new Problem('resource.unknown', `There is no secret you may read whose path starts with ${JSON.stringify(prefix)}.`)
  }
  return (await Promise.all(secrets.map(secret => pathVariables(secret, naming)))).flat()
}

/** In one round trip where all is wanted and fits into one answer. */
async function sweptSecrets(client: Client, vault_id: string, prefix: string, selection: Selection): Promise<readonly Secret[]> {
  if (!selection.only && !selection.exclude) {
    try {
      return (await client.call('secrets.read-many', { params: { vault_id }, body: { prefix } })).secrets
    } catch (error) {
      if (!isTooMuch(error)) throw error
    }
  }
  return readMany(client, vault_id, await usablePaths(client, vault_id, prefix, selection))
}

/** The usable secrets under the prefix that may yield a variable that is wanted. */
async function usablePaths(
  client: Client,
  vault_id: string,
  prefix: string,
  { only, exclude, naming }: Selection,
): Promise<string[]> {
  const { secrets } = await client.call('secrets.list', { params: { vault_id }, query: { prefix } })
  const now = Date.now()
  return secrets
    .filter(({ path, type }) => !only || type === 'env_bundle' || only.includes(nameOf(path, naming)))
    .filter(
      ({ path, type }) => !isExcluded(path, exclude) && (type === 'env_bundle' || !isExcluded(nameOf(path, naming), exclude)),
    )
    .filter(({ is_disabled, expires_at }) => !is_disabled && (expires_at === undefined || Date.parse(expires_at) > now))
    .map(({ path }) => path)
}

/** Most paths that the server takes at once. */
const BATCH = 500

/** Any number of secrets: in batches, which are halved where their values are too large for one answer. */
async function readMany(client: Client, vault_id: string, paths: readonly string[]): Promise<readonly Secret[]> {
  if (paths.length === 0) return []
  if (paths.length > BATCH) return inTwo(client, vault_id, paths, BATCH)
  try {
    return (await client.call('secrets.read-many', { params: { vault_id }, body: { paths: [...paths] } })).secrets
  } catch (error) {
    if (paths.length === 1 || !isTooMuch(error)) throw error
    return inTwo(client, vault_id, paths, Math.ceil(paths.length / 2))
  }
}

async function inTwo(client: Client, vault_id: string, paths: readonly string[], at: number): Promise<readonly Secret[]> {
  return [...(await readMany(client, vault_id, paths.slice(0, at))), ...(await readMany(client, vault_id, paths.slice(at)))]
}

function isTooMuch(error: unknown): boolean {
  return error instanceof Problem && error.code === 'request.too-large'
}

async function readWanted({ client, vaultId }: Source, wanted: readonly Wanted[]): Promise<Variable[]> {
  const byVault = Map.groupBy(wanted, ({ reference }) => reference.vault)
  const groups = await Promise.all(
    [...byVault].map(async ([vault, group]) => {
      const params = { vault_id: vault === OWN ? await vaultId() : await vaultIdOf(client, vault) }
      const newest = [...new Set(group.flatMap(({ reference: { path, version } }) => (version === undefined ? [path] : [])))]
      const many = await readMany(client, params.vault_id, newest)
      const found = new Map(many.map(secret => [secret.path, secret]))
      const read = async ({ path, version }: Reference) =>
        version === undefined ? found.get(path) : client.call('secrets.version', { params: { ...params, path, version } })
      return Promise.all(group.map(async ({ reference, variables }) => variables(answered(reference, await read(reference)))))
    }),
  )
  return groups.flat(2)
}

function answered({ path }: Reference, secret: Secret | undefined): Secret {
  if (!secret) throw new Problem('server.unexpected', `The server left out ${path}.`)
  return secret
}

async function pathVariables(secret: Secret, naming: Naming): Promise<Variable[]> {
  const value = opened(secret)
  if (secret.type === 'env_bundle') return (await import('./bundle.ts')).bundleVariables(secret.path, value)
  return [{ name: nameOf(secret.path, naming), value, origin: secret.path }]
}

/** A program must never be handed ciphertext in place of a value. */
function opened({ path, value, cmek_encrypted }: Secret): string {
  if (!cmek_encrypted) return value
  throw new Problem('secret.unreadable', `${path} is encrypted with its owner's own key, so it cannot be used as a variable.`)
}
