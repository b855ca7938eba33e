import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { vaultIdOf } from '../input/vault.ts'
import type { Session } from '../session/session.ts'
import type { Reference } from './reference.ts'

export type Source = Pick<Session, 'client' | 'vaultId'>

export type Secret = Reply<'secrets.read-many'>['secrets'][number]

const EMPTY_HINT = 'Name a path or 1claw://vault/path, or check that the variable in your script is set.'

/**
 * A path in the vault of this run (an empty name), or a reference. Rarely needed code is loaded on demand, because every run passes through
 * here.
 */
export async function argumentReference(text: string): Promise<Reference> {
  if (text === '') throw new Problem('usage', 'The reference is empty.', { hint: EMPTY_HINT })
  // The usual format.
  if (/^\w+([/-]\w+)*$/.test(text)) return { vault: '', path: text }
  const { parseReference, pathArgument } = await import('./reference.ts')
  return text.includes('://') ? parseReference(text, 'argument') : { vault: '', path: pathArgument(text) }
}

/** The id of a reference's vault. */
export async function vaultOf({ client, vaultId }: Source, { vault }: Reference): Promise<string> {
  return vault === '' ? vaultId() : vaultIdOf(client, vault)
}

/**
 * The secrets that references name, in their order: the newest versions of each vault in one round trip, each other version once.
 * @throws Problem the server's error; `secret.unreadable` for a value that only its owner can decrypt.
 */
export async function readReferences(source: Source, references: readonly Reference[]): Promise<Secret[]> {
  const { client } = source
  const found = new Map<string, Promise<Secret>>()
  await Promise.all(
    [...Map.groupBy(references, ({ vault }) => vault)].map(async ([vault, group]) => {
      const vault_id = await vaultOf(source, { vault, path: '' })
      const newest = [...new Set(group.flatMap(({ path, version }) => (version === undefined ? [path] : [])))]
      for (const secret of await readMany(client, vault_id, newest)) {
        found.set(keyOf({ vault, path: secret.path }), Promise.resolve(secret))
      }
      for (const reference of group) {
        const { path, version } = reference
        if (version === undefined || found.has(keyOf(reference))) continue
        found.set(keyOf(reference), client.call('secrets.version', { params: { vault_id, path, version } }))
      }
    }),
  )
  return Promise.all(references.map(async reference => opened(reference, await found.get(keyOf(reference)))))
}

function keyOf({ vault, path, version = 0 }: Reference): string {
  return JSON.stringify([vault, path, version])
}

/** A program must never get ciphertext instead of a value. */
function opened({ path }: Pick<Reference, 'path'>, secret: Secret | undefined): Secret {
  if (!secret) throw new Problem('server.unexpected', `The server left out ${path}.`)
  ensureOpen(secret)
  return secret
}

/** @throws Problem `secret.unreadable` for ciphertext. */
export function ensureOpen({ path, cmek_encrypted }: Secret): void {
  if (!cmek_encrypted) return
  throw new Problem('secret.unreadable', `${path} is encrypted with its owner's own key, so it cannot be used as a variable.`)
}

/** The maximum number of paths in one request. */
const BATCH = 500

/** Reads any number of secrets, in batches that are halved if their values are too large for one reply. */
export async function readMany(client: Client, vault_id: string, paths: readonly string[]): Promise<readonly Secret[]> {
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

export function isTooMuch(error: unknown): boolean {
  return error instanceof Problem && error.code === 'request.too-large'
}
