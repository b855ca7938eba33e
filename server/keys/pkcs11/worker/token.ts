import { randomBytes } from 'node:crypto'
import { type ITemplate, Key, KeyType, ObjectClass, type Session } from 'graphene-pk11'
import { verifierOf } from '../../primitives/ed25519.ts'
import { ckrOf, Refused } from '../wire/faults.ts'
import type { TokenSettings } from '../wire/protocol.ts'
import { type CurveKeys, curveKeys, ED25519, SECP256K1 } from './curve.ts'
import { enterToken, findHandles, MECHANISM, type Place } from './slot.ts'

/** Labels of the two keys that every installation has; the labels of the vaults' KEKs are in `keks.ts`. */
export const JWT_LABEL = '1claw-jwt'
export const ROOT_LABEL = '1claw-root'

/** A secret that can be neither read nor wrapped out of the token. */
export const SECRET: ITemplate = {
  class: ObjectClass.SECRET_KEY,
  keyType: KeyType.AES,
  private: true,
  sensitive: true,
  extractable: false,
}

export interface TokenKeys {
  readonly session: Session
  readonly publicKey: Uint8Array
  /** CKA_CHECK_VALUE of the root key, which identifies it; null without a root key. */
  readonly checkValue: Uint8Array | null
  /** Wraps KEKs in the `wrapped` mode; null in the other. */
  readonly root: Key | null
  readonly wrapMechanism: number
  readonly curve: CurveKeys
  /** Signing keys that replaced the first one. */
  readonly signers: CurveKeys
  sign(message: Uint8Array): Buffer
  /** Throws if the token was removed or is logged out. */
  prove(): void
}

/**
 * Logs in to the token and finds the installation's keys in it, or creates them.
 * @throws Refused
 */
export function openToken(settings: TokenSettings): TokenKeys {
  const place = enterToken(settings)
  requireMechanisms(place, settings)
  const { session, slot } = place
  const root = settings.mode === 'wrapped' ? obtainRoot(session, settings.create) : null
  const { privateKey, publicKey } = obtainJwtKey(session, settings.create)
  const sign = (message: Uint8Array): Buffer =>
    session.createSign({ name: MECHANISM.CKM_EDDSA, params: null }, privateKey).once(Buffer.from(message))
  provePair(sign, publicKey)
  const prove = (): void => {
    slot.getToken()
    sign(Buffer.alloc(1))
  }
  return {
    session,
    publicKey,
    checkValue: root && checkValueOf(root),
    root,
    wrapMechanism: place.mechanisms.has(MECHANISM.CKM_AES_KEY_WRAP) ? MECHANISM.CKM_AES_KEY_WRAP : MECHANISM.CKM_AES_KEY_WRAP_PAD,
    curve: curveKeys(place, SECP256K1, prove),
    signers: curveKeys(place, ED25519, prove),
    sign,
    prove,
  }
}

function requireMechanisms({ mechanisms }: Place, { mode }: TokenSettings): void {
  const needed: (keyof typeof MECHANISM)[] = ['CKM_AES_KEY_GEN', 'CKM_AES_GCM', 'CKM_EDDSA', 'CKM_EC_EDWARDS_KEY_PAIR_GEN']
  for (const name of needed) if (!mechanisms.has(MECHANISM[name])) throw new Refused('mechanism', name)
  const wraps = mechanisms.has(MECHANISM.CKM_AES_KEY_WRAP) || mechanisms.has(MECHANISM.CKM_AES_KEY_WRAP_PAD)
  if (mode === 'wrapped' && !wraps) throw new Refused('mechanism', 'CKM_AES_KEY_WRAP')
}

function obtainRoot(session: Session, create: boolean): Key {
  const found = findOne(session, { class: ObjectClass.SECRET_KEY, token: true, label: ROOT_LABEL })
  if (found) return found
  if (!create) throw new Refused('missing', ROOT_LABEL)
  // It can only wrap and unwrap: with CKA_DECRYPT it could turn a wrapped KEK into plaintext.
  const use = { wrap: true, unwrap: true, encrypt: false, decrypt: false }
  const template = { ...SECRET, token: true, label: ROOT_LABEL, id: Buffer.from(ROOT_LABEL), valueLen: 32, ...use }
  return session.generateKey({ name: MECHANISM.CKM_AES_KEY_GEN, params: null }, template)
}

function obtainJwtKey(session: Session, create: boolean): { privateKey: Key; publicKey: Uint8Array } {
  const find = (type: ObjectClass) => findOne(session, { class: type, token: true, label: JWT_LABEL })
  const privateKey = find(ObjectClass.PRIVATE_KEY)
  const publicKey = find(ObjectClass.PUBLIC_KEY)
  if (privateKey && publicKey) return { privateKey, publicKey: rawPoint(publicKey) }
  if (privateKey || publicKey || !create) throw new Refused('missing', JWT_LABEL)
  const shared = { token: true, label: JWT_LABEL, id: Buffer.from(JWT_LABEL), keyType: ED25519.keyType }
  const pair = session.generateKeyPair(
    { name: MECHANISM.CKM_EC_EDWARDS_KEY_PAIR_GEN, params: null },
    { ...shared, verify: true, paramsEC: ED25519.params },
    { ...shared, sensitive: true, extractable: false, sign: true },
  )
  return { privateKey: pair.privateKey, publicKey: rawPoint(pair.publicKey) }
}

/** The key that matches the template, or undefined. Throws if there are several, because the right one cannot be determined. */
function findOne(session: Session, template: ITemplate): Key | undefined {
  const [handle, second] = findHandles(session, template)
  if (second) throw new Refused('twice', String(template.label))
  return handle && new Key(handle, session, session.lib)
}

function rawPoint(key: Key): Uint8Array {
  const raw = ED25519.publicKeyOf(Buffer.from(key.getAttribute({ pointEC: null }).pointEC ?? []))
  if (!raw) throw new Refused('broken', JWT_LABEL)
  return Uint8Array.from(raw)
}

/** Checks that the keys belong together; otherwise nobody could verify the tokens. */
function provePair(sign: (message: Uint8Array) => Buffer, publicKey: Uint8Array): void {
  const message = randomBytes(32)
  if (!verifierOf(publicKey)(message, sign(message))) throw new Refused('broken', JWT_LABEL)
}

/** Null if the token does not support it. If the token fails, this throws, so the fingerprint never changes because of a failure. */
function checkValueOf(root: Key): Uint8Array | null {
  try {
    const value = root.getAttribute({ checkValue: null }).checkValue
    return value && value.length > 0 ? Uint8Array.from(value) : null
  } catch (error) {
    if (['CKR_ATTRIBUTE_TYPE_INVALID', 'CKR_ATTRIBUTE_SENSITIVE'].includes(ckrOf(error))) return null
    throw error
  }
}
