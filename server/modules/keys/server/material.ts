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
  /** Of a key of MACs: every secret has one, and none is given to a secret that has none. The key opens only as what this says. */
  readonly all?: true
}

/** The binding of the first secrets, from before they could be replaced. */
const FIRST: Readonly<Record<Secret, string>> = {
  pepper: '1claw key-hash pepper v1',
  audit: '1claw audit mac key v1',
  'data-box': '1claw data key v1',
}

/**
 * Makes a secret: what is stored of it, and its KEK, for anyone who has to take that back.
 * @param all for a key of MACs, whether every secret has one of it, or of the one before
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

/** A secret as it is stored in the database. */
interface Resting {
  readonly purpose: Secret
  readonly number: number
  readonly material: string
}

/**
 * The same secret wrapped by another KEK. What comes back has been opened again with that one.
 * @param all says of a key of MACs that from here on every secret has one; it stays said
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

/** Whether a key of MACs is one that every secret has a MAC of. */
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

/** The KEK that a secret is wrapped by. */
export function kekOf(material: string): Kek {
  return found((JSON.parse(material) as WrappedSecret).kek)
}

/** The stored form of a signing key, and back. */
export const signerMaterial = (key: Kek): string => JSON.stringify(stored(key))
export const signerOf = (material: string): Kek => found(JSON.parse(material) as StoredKey)

/** A secret is opened only in the place it was made for. */
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
