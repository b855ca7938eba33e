import { Problem } from '../../src/problem.ts'
import { type EnvelopeContext, open, type Sealed } from './envelope.ts'
import type { Kek, Keyring } from './keyring.ts'

/** The keys of a vault that are needed for its rows. */
export interface VaultKeys {
  readonly id: string
  readonly orgId: string
  readonly kek: Kek
  readonly formerKeks: readonly Kek[]
}

/** A secret version in its stored form. */
export interface StoredVersion {
  /** The id of the secret. */
  readonly id: string
  readonly version: number
  readonly ciphertext: Uint8Array
  readonly wrapped_dek: Uint8Array
  readonly kek_id: string
  readonly bound_kek_id: string | null
}

/**
 * The plain bytes of a version, which the caller wipes; synchronous if the key is local.
 * @throws Problem `secret.unreadable`, also for a version under a KEK that its vault does not have.
 */
export function openVersion(keyring: Keyring, vault: VaultKeys, row: StoredVersion): Buffer | Promise<Buffer> {
  return open(keyring, kekOf(vault, row.kek_id), sealedOf(row), contextOf(vault, row))
}

/** The place of a version. */
export function contextOf(vault: Pick<VaultKeys, 'id' | 'orgId'>, row: Pick<StoredVersion, 'id' | 'version'>): EnvelopeContext {
  return { orgId: vault.orgId, vaultId: vault.id, secretId: row.id, version: row.version }
}

function sealedOf(row: StoredVersion): Sealed {
  return { ciphertext: row.ciphertext, wrappedDek: row.wrapped_dek, boundTo: row.bound_kek_id ?? row.kek_id }
}

function kekOf({ kek, formerKeks }: VaultKeys, id: string): Kek {
  const found = kek.id === id ? kek : formerKeks.find(former => former.id === id)
  if (!found) throw new Problem('secret.unreadable')
  return found
}
