import { createSecretKey, type KeyObject, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Kek, Keyring } from '../../../keys/keyring.ts'
import { bind } from '../../../keys/primitives/binding.ts'

/** The purposes of the server's own keys. All but `jwt` are 32 random bytes that are stored in the database, wrapped by their own KEK. */
export const PURPOSES = ['jwt', 'audit', 'data-box', 'pepper'] as const
export type Purpose = (typeof PURPOSES)[number]
export type Secret = Exclude<Purpose, 'jwt'>

/** A key's reference in the provider, for JSON. */
interface StoredKey {
  readonly id: string
  readonly blob: string | null
}

interface WrappedSecret {
  readonly kek: StoredKey
  readonly wrapped: string
  /**
   * For a MAC key: every secret has a MAC, and none may be added to a secret without one. The key opens only with the associated data that
   * says the same.
   */
  readonly all?: true
}

/** The binding of the first secret keys, which could not be replaced at that time. */
const FIRST: Readonly<Record<Secret, string>> = {
  pepper: '1claw key-hash pepper v1',
  audit: '1claw audit mac key v1',
  'data-box': '1claw data key v1',
}

/**
 * Creates a secret key: its stored form, and its KEK, in case the caller must undo it.
 * @param all for a MAC key, whether every secret has a MAC by this key or the one before
 */
export async function newSecret(
  keyring: Keyring,
  purpose: Secret,
  number: number,
  { all = false } = {},
): Promise<{ material: string; kek: Kek }> {
  const kek = await keyring.createKek(`server-${randomUUID()}`)
  const secret = randomBytes(32)
  try {
    const wrapped = await keyring.wrap(kek, secret, placeOf(purpose, number, all))
    return { kek, material: materialOf(kek, wrapped, all) }
  } finally {
    secret.fill(0)
  }
}

/** @throws Problem `secret.unreadable`, `keys.unavailable` like `Keyring.unwrap` */
export async function openSecret(keyring: Keyring, purpose: Secret, number: number, material: string): Promise<KeyObject> {
  const clear = await unwrapped(keyring, { purpose, number, material })
  const key = createSecretKey(clear)
  clear.fill(0)
  return key
}

/** A secret key in the form in which it is stored in the database. */
interface Resting {
  readonly purpose: Secret
  readonly number: number
  readonly material: string
}

/**
 * The same secret key, wrapped with another KEK. The result has been opened again with that KEK.
 * @param all for a MAC key, records that from now on every secret has a MAC; this cannot be undone
 * @throws Problem like `Keyring.unwrap`
 */
export async function rewrapSecret(keyring: Keyring, resting: Resting, to: Kek, { all = false } = {}): Promise<string> {
  const isForAll = all || provesAll(resting.material)
  const place = placeOf(resting.purpose, resting.number, isForAll)
  const clear = await unwrapped(keyring, resting)
  try {
    const wrapped = await keyring.wrap(to, clear, place)
    const proof = await keyring.unwrap(to, wrapped, place)
    const isSame = timingSafeEqual(clear, proof)
    proof.fill(0)
    if (!isSame) throw new Error('The key provider wrapped another key.')
    return materialOf(to, wrapped, isForAll)
  } finally {
    clear.fill(0)
  }
}

/** Whether a MAC key requires a MAC for every secret. */
export function provesAll(material: string): boolean {
  return (JSON.parse(material) as WrappedSecret).all === true
}

function unwrapped(keyring: Keyring, { purpose, number, material }: Resting): Promise<Uint8Array> {
  const { wrapped } = JSON.parse(material) as WrappedSecret
  return keyring.unwrap(kekOf(material), Buffer.from(wrapped, 'base64'), placeOf(purpose, number, provesAll(material)))
}

function materialOf(kek: Kek, wrapped: Uint8Array, all: boolean): string {
  const made: WrappedSecret = { kek: stored(kek), wrapped: Buffer.from(wrapped).toString('base64'), ...(all && { all }) }
  return JSON.stringify(made)
}

/** The KEK that wraps a secret key. */
export function kekOf(material: string): Kek {
  return found((JSON.parse(material) as WrappedSecret).kek)
}

/** Converts a signing key to its stored form, and back. */
export const signerMaterial = (key: Kek): string => JSON.stringify(stored(key))
export const signerOf = (material: string): Kek => found(JSON.parse(material) as StoredKey)

/** A secret key opens only for the purpose and number it was created for. */
function placeOf(purpose: Secret, number: number, all: boolean): Buffer {
  if (all) return bind('1claw/server-key/all/1', purpose, String(number))
  return number === 1 ? Buffer.from(FIRST[purpose]) : bind('1claw/server-key/1', purpose, String(number))
}

function stored({ id, blob }: Kek): StoredKey {
  return { id, blob: blob === null ? null : Buffer.from(blob).toString('base64') }
}

function found({ id, blob }: StoredKey): Kek {
  return { id, blob: blob === null ? null : Buffer.from(blob, 'base64') }
}
