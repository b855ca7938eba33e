import { type KeyObject, randomFillSync, timingSafeEqual } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Kek, Keyring } from './keyring.ts'
import { bind } from './primitives/binding.ts'
import { DEK_BYTES, openBox, sealBox } from './primitives/gcm.ts'

/** The place of a value. All of it is bound into both ciphertexts, so neither opens in another row. */
export interface EnvelopeContext {
  readonly orgId: string
  readonly vaultId: string
  readonly secretId: string
  readonly version: number
}

/** One secret version in its stored form. */
export interface Sealed {
  /** `version byte | IV | ciphertext | tag` under the DEK. */
  readonly ciphertext: Uint8Array
  /** The DEK, wrapped with the vault's KEK, in the same format. */
  readonly wrappedDek: Uint8Array
  /** The id of the KEK to which the ciphertext is bound: the first one that wrapped its DEK. */
  readonly boundTo: string
}

/** Seals one secret version with a new DEK. */
export async function seal(keyring: Keyring, kek: Kek, plaintext: Uint8Array, context: EnvelopeContext): Promise<Sealed> {
  const dek = randomFillSync(Buffer.alloc(32))
  try {
    const ciphertext = sealBox(dek, plaintext, aad('value', kek.id, context))
    return { ciphertext, wrappedDek: await keyring.wrap(kek, dek, aad('dek', kek.id, context)), boundTo: kek.id }
  } finally {
    dek.fill(0)
  }
}

/**
 * The plaintext of one secret version; the caller wipes it after use. Synchronous, also in its failures, if the key is local.
 * @throws Problem `secret.unreadable` for any fault of the two ciphertexts, the KEK or their place, without saying which
 * @throws Problem `keys.unavailable` if the key provider does not answer
 */
export function open(keyring: Keyring, kek: Kek, sealed: Sealed, context: EnvelopeContext): Buffer | Promise<Buffer> {
  const key = keyring.unwrapKey(kek, sealed.wrappedDek, aad('dek', kek.id, context))
  const opened = (dek: KeyObject) => openBox(dek, sealed.ciphertext, aad('value', sealed.boundTo, context))
  return key instanceof Promise ? key.then(opened) : opened(key)
}

/**
 * The DEK of one version, wrapped with another KEK; the value is not touched. The result has been opened again with that KEK.
 * @throws Problem like `open`
 */
export async function rewrap(
  keyring: Keyring,
  from: Kek,
  to: Kek,
  wrapped: Uint8Array,
  context: EnvelopeContext,
): Promise<Uint8Array> {
  const dek = await unwrapDek(keyring, from, wrapped, context)
  try {
    const again = await keyring.wrap(to, dek, aad('dek', to.id, context))
    const proof = await unwrapDek(keyring, to, again, context)
    const same = timingSafeEqual(dek, proof)
    proof.fill(0)
    if (!same) throw new Problem('internal', undefined, { cause: new Error('The key provider wrapped another key.') })
    return again
  } finally {
    dek.fill(0)
  }
}

/** @throws Problem `secret.unreadable` if the DEK of a version does not open with a KEK. */
export async function proveWrapped(keyring: Keyring, kek: Kek, wrapped: Uint8Array, context: EnvelopeContext): Promise<void> {
  const dek = await unwrapDek(keyring, kek, wrapped, context)
  dek.fill(0)
}

async function unwrapDek(keyring: Keyring, kek: Kek, wrapped: Uint8Array, context: EnvelopeContext): Promise<Uint8Array> {
  const dek = await keyring.unwrap(kek, wrapped, aad('dek', kek.id, context))
  if (dek.length !== DEK_BYTES) throw new Problem('secret.unreadable')
  return dek
}

/** The DEK and the value have different domains, so one can never be used as the other. */
function aad(part: 'dek' | 'value', kekId: string, { orgId, vaultId, secretId, version }: EnvelopeContext): Buffer {
  return bind(`1claw/envelope/${part}/1`, orgId, vaultId, secretId, String(version), kekId)
}
