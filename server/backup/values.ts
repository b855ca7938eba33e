import { createHash } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Row, Snapshot } from '../db/copy/snapshot.ts'
import type { Kek, Keyring } from '../keys/keyring.ts'
import { FIRST, SIGNER } from '../keys/store-facts.ts'
import { openVersion, type VaultKeys } from '../keys/stored-version.ts'
import type { End } from './format.ts'

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex')

/**
 * One digest of every (vault, path, version) with the SHA-256 of its value: two databases with the same one hold the same values, and
 * their keys open them. A version that does not open counts as such. Nothing of a value leaves this function.
 */
export async function digestOfValues(snapshot: Snapshot, keyring: Keyring): Promise<End['values']> {
  const vaults = await vaultsOf(snapshot)
  const secrets = new Map<unknown, { vault: VaultKeys; path: string }>()
  for await (const row of snapshot.rows('secrets')) {
    const vault = vaults.get(row['vault_id'])
    if (vault) secrets.set(row['id'], { vault, path: text(row, 'path') })
  }
  const lines: string[] = []
  let unreadable = 0
  for await (const row of snapshot.rows('secret_versions')) {
    const secret = secrets.get(row['secret_id'])
    if (!secret) continue
    const hash = await hashOf(keyring, secret.vault, row)
    if (hash === undefined) unreadable++
    lines.push(sha256(JSON.stringify([secret.vault.id, secret.path, row['version'], hash ?? 'unreadable'])))
  }
  return { count: lines.length, unreadable, digest: sha256(lines.sort().join('\n')) }
}

/**
 * The key stores of the data.
 * @throws Problem `config.invalid` before the first start
 */
export async function keyFacts(snapshot: Snapshot): Promise<{ readonly signer: string; readonly first: string | undefined }> {
  const facts = new Map<unknown, unknown>()
  for await (const { key, value } of snapshot.rows('server_facts')) facts.set(key, value)
  const [signer, first] = [facts.get(SIGNER), facts.get(FIRST)]
  if (typeof signer !== 'string') throw new Problem('config.invalid', 'There are no keys yet: the server has never been started.')
  return { signer, first: typeof first === 'string' ? first : undefined }
}

async function vaultsOf(snapshot: Snapshot): Promise<Map<unknown, VaultKeys>> {
  const former = new Map<unknown, Kek[]>()
  for await (const row of snapshot.rows('former_keks')) {
    former.set(row['vault_id'], [...(former.get(row['vault_id']) ?? []), { id: text(row, 'id'), blob: blob(row, 'blob') }])
  }
  const vaults = new Map<unknown, VaultKeys>()
  for await (const row of snapshot.rows('vaults')) {
    const kek = { id: text(row, 'kek_id'), blob: blob(row, 'kek_blob') }
    const [id, orgId] = [text(row, 'id'), text(row, 'org_id')]
    vaults.set(id, { id, orgId, kek, formerKeks: former.get(id) ?? [] })
  }
  return vaults
}

async function hashOf(keyring: Keyring, vault: VaultKeys, row: Row): Promise<string | undefined> {
  try {
    const bytes = await openVersion(keyring, vault, {
      id: text(row, 'secret_id'),
      version: Number(row['version']),
      ciphertext: bytesOf(row, 'ciphertext'),
      wrapped_dek: bytesOf(row, 'wrapped_dek'),
      kek_id: text(row, 'kek_id'),
      bound_kek_id: row['bound_kek_id'] == null ? null : text(row, 'bound_kek_id'),
    })
    const hash = sha256(bytes)
    bytes.fill(0)
    return hash
  } catch (error) {
    // A key that the provider does not have is `internal`: then the value is lost, too.
    if (error instanceof Problem && (error.code === 'secret.unreadable' || error.code === 'internal')) return undefined
    throw error
  }
}

function text(row: Row, column: string): string {
  return String(row[column])
}

function blob(row: Row, column: string): Uint8Array | null {
  const cell = row[column]
  return cell instanceof Uint8Array ? cell : null
}

function bytesOf(row: Row, column: string): Uint8Array {
  return blob(row, column) ?? Buffer.alloc(0)
}
