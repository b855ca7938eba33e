import { isCmekBlob } from '../../../src/crypto/cmek.ts'
import { Problem } from '../../../src/problem.ts'
import { invalidField } from '../../http/checks.ts'
import type { Kek } from '../../keys/keyring.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'

/** The key for a new value, and the customer key that it must have been encrypted with. */
export interface Keys {
  readonly kek: Kek
  /** Null if the vault has none. */
  readonly cmekFingerprint: string | null
}

export function keysOf(held: NonNullable<Awaited<ReturnType<VaultKeyStore['hold']>>>): Keys {
  return { kek: { id: held.kek_id, blob: held.kek_blob }, cmekFingerprint: held.cmek_fingerprint }
}

interface Draft {
  readonly value: string
  readonly cmek_fingerprint?: string | undefined
  readonly rotates?: boolean
}

/**
 * The fingerprint to store with a value; null in a vault without a customer key. Only the format can be checked: values that are not
 * encrypted are refused, and so are values that the server itself would create and could open.
 * @throws Problem `resource.conflict` or `request.invalid`
 */
export function customerKey({ cmekFingerprint }: Keys, draft: Draft, providerKey: object | undefined): string | null {
  if (draft.cmek_fingerprint !== undefined && draft.cmek_fingerprint !== cmekFingerprint) {
    throw new Problem('resource.conflict', 'The value is encrypted with a key that is not the customer key of this vault.')
  }
  if (cmekFingerprint === null) return null
  if (providerKey || draft.rotates) {
    throw new Problem('resource.conflict', 'This vault has a customer key, so the server cannot create values in it.', {
      hint: 'Create the value yourself, encrypt it with that key and write it.',
    })
  }
  if (!isCmekBlob(draft.value)) throw invalidField('value', 'must be encrypted with the customer key of this vault')
  return cmekFingerprint
}

/** @throws Problem `resource.conflict`: a client that does not say which key it used could have used the previous one. */
export async function ensureNotRotating(keyJobs: KeyJobStore, vault: VaultPlace): Promise<void> {
  if ((await keyJobs.running(vault))?.kind !== 'cmek') return
  throw new Problem('resource.conflict', 'The customer key of this vault is being rotated; try again when that has ended.')
}

export function unknownVault(): Problem {
  return new Problem('resource.unknown', 'There is no vault with this id.')
}
