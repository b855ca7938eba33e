import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { openVersion, type StoredVersion, type VaultKeys } from '../../keys/stored-version.ts'
import type { SealedVersionStore } from '../../stores/keys/sealed-versions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'

export interface UnsealStores {
  readonly sealedVersions: SealedVersionStore
  readonly vaultKeys: VaultKeyStore
}

export interface UnsealDeps {
  readonly database: Database<UnsealStores>
  readonly keyring: Keyring
}

/** The maximum number of rotations that can overtake one read. */
const MAX_ATTEMPTS = 3

export type OpenBytes = (vault: VaultKeys, row: StoredVersion) => Buffer | Promise<Buffer>

/**
 * Opens versions after their event is committed; synchronously if the key is local. A version that a rotation has changed since it was
 * read, or whose key is newer than the cached facts, is read again and opened with the current keys. The caller wipes the bytes.
 */
export function versionOpener({ database, keyring }: UnsealDeps): OpenBytes {
  return (vault, row) => {
    try {
      const bytes = openVersion(keyring, vault, row)
      return bytes instanceof Promise ? bytes.catch(error => openAgain(vault, row, error)) : bytes
    } catch (error) {
      return openAgain(vault, row, error)
    }
  }

  async function openAgain(vault: VaultKeys, row: StoredVersion, failure: unknown): Promise<Buffer> {
    let at = { vault, row }
    let last = failure
    for (let attempt = 1; attempt < MAX_ATTEMPTS && isAboutKeys(last); attempt++) {
      const now = await current(at.vault, at.row)
      if (!now) break
      at = now
      try {
        return await openVersion(keyring, at.vault, at.row)
      } catch (error) {
        last = error
      }
    }
    throw last
  }

  /** The stored version is read first, then the keys: in the other order they could be older. Undefined if nothing has changed. */
  async function current({ id, orgId, ...known }: VaultKeys, tried: StoredVersion) {
    const place = { secret_id: tried.id, version: tried.version }
    const [row] = await database.read(({ sealedVersions }) => sealedVersions.byPlaces([place]))
    const keks = await database.read(({ vaultKeys }) => vaultKeys.keks({ id, orgId }))
    if (!row || !keks) return undefined
    const moved = row.kek_id !== tried.kek_id || Buffer.compare(row.wrapped_dek, tried.wrapped_dek) !== 0
    const knew = [known.kek, ...known.formerKeks].some(kek => kek.id === row.kek_id)
    return moved || !knew ? { vault: { id, orgId, ...keks }, row } : undefined
  }
}

/** A key that the provider has lost is `internal`. */
function isAboutKeys(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'secret.unreadable' || error.code === 'internal')
}

/** The clear value of a version, as text. */
export function unsealer(deps: UnsealDeps): (vault: VaultKeys, row: StoredVersion) => string | Promise<string> {
  const open = versionOpener(deps)
  return (vault, row) => {
    const bytes = open(vault, row)
    return bytes instanceof Promise ? bytes.then(taken) : taken(bytes)
  }
}

/** The value as text; the bytes are wiped. */
function taken(bytes: Buffer): string {
  try {
    return bytes.toString('utf8')
  } finally {
    bytes.fill(0)
  }
}
