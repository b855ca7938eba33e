import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import {
  argumentReference,
  ensureOpen,
  isTooMuch,
  readMany,
  readReferences,
  type Secret,
  type Source,
} from '../references/read.ts'
import type { Reference } from '../references/reference.ts'
import type { Entry } from './env-file.ts'
import { isExcluded, type Naming, namedVariables, nameOf, type Variable } from './names.ts'

/** The secrets that become variables. Without paths, prefix and entries: everything in the vault that the caller may read. */
export interface Selection {
  /** Paths in the vault of this run, or references. */
  readonly paths: readonly string[]
  /** Compared as a string. */
  readonly prefix?: string | undefined
  /** Of env files, in order. */
  readonly entries: readonly Entry[]
  /** Names; absent means all. */
  readonly only?: readonly string[] | undefined
  /** Excluded paths and names; `*` and `?` are wildcards. */
  readonly exclude?: readonly string[] | undefined
  readonly allowSpecial?: readonly string[] | undefined
  readonly naming: Naming
}

/** A single secret, and what to make of it. */
interface Wanted {
  readonly reference: Reference
  readonly variables: (secret: Secret) => Variable[] | Promise<Variable[]>
}

/**
 * Reads the selected secrets, in one round trip for each vault (`--only` without paths needs one more, because unselected values must not
 * leave the server).
 * @throws Problem `usage` for invalid names; otherwise whatever the server returns
 */
export async function collect(source: Source, selection: Selection): Promise<Map<string, Variable>> {
  const literals = selection.entries.flatMap(entry => ('value' in entry ? [entry] : []))
  const paths = await Promise.all(selection.paths.map(path => ofPath(path, selection.naming)))
  const wanted = [...paths, ...ofEntries(selection)]
  const [swept, single] = await Promise.all([sweep(source, selection), readWanted(source, wanted)])
  return namedVariables([...swept, ...single, ...literals], selection)
}

/** Whether this selection covers the whole vault. */
export function isSweep({ paths, prefix, entries }: Selection): boolean {
  return prefix !== undefined || (paths.length === 0 && entries.length === 0)
}

async function ofPath(text: string, naming: Naming): Promise<Wanted> {
  const reference = await argumentReference(text)
  const { field, encoding } = reference
  if (field === undefined && encoding === undefined) return { reference, variables: secret => pathVariables(secret, naming) }
  // Two fields of one secret are two variables: DB_USER and DB_PASSWORD of prod/db.
  const name = nameOf(reference.path, naming) + (field === undefined ? '' : `_${nameOf(field, 'path')}`)
  return { reference, variables: async secret => [{ name, origin: text, value: await partOf(secret, reference) }] }
}

/** The part of a value that a reference names; the code for that is loaded only then. */
async function partOf(secret: Secret, reference: Reference): Promise<string> {
  if (reference.field === undefined && reference.encoding === undefined) return secret.value
  return (await import('../references/resolve.ts')).resolvedText(secret, reference)
}

function ofEntries({ entries, only }: Selection): Wanted[] {
  return entries.flatMap(entry => {
    if (!('reference' in entry) || (only && !only.includes(entry.name))) return []
    const { name, origin, reference } = entry
    return [{ reference, variables: async secret => [{ name, origin, value: await partOf(secret, reference) }] }]
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

/** In one round trip if everything is selected and fits into one reply. */
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

/** The usable secrets under the prefix that may yield a selected variable. */
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

async function readWanted(source: Source, wanted: readonly Wanted[]): Promise<Variable[]> {
  const secrets = await readReferences(
    source,
    wanted.map(({ reference }) => reference),
  )
  return (await Promise.all(wanted.map(({ variables }, index) => variables(secrets[index] as Secret)))).flat()
}

async function pathVariables(secret: Secret, naming: Naming): Promise<Variable[]> {
  ensureOpen(secret)
  const { value } = secret
  if (secret.type === 'env_bundle') return (await import('./bundle.ts')).bundleVariables(secret.path, value)
  return [{ name: nameOf(secret.path, naming), value, origin: secret.path }]
}
