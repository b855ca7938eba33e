import { type ITemplate, Key, ObjectClass } from 'graphene-pk11'
import { ckrOf, OperationFault } from '../wire/faults.ts'
import { findHandles, MECHANISM, type Place } from './slot.ts'

/** Key pairs on one curve in the token, which can only sign. */
export interface CurveKeys {
  /** Creates a key pair and returns the public key. */
  create(id: string): Buffer
  /** Imports a key that was created outside; afterwards it can be neither read nor wrapped out of the token. */
  take(id: string, secret: Uint8Array, point: Uint8Array): void
  /** Imports a key temporarily, and returns its signature of the digest. */
  tryTaking(secret: Uint8Array, digest: Uint8Array): Buffer
  publicKey(id: string): Buffer
  /** 64 bytes. */
  sign(id: string, data: Uint8Array): Buffer
  destroy(id: string): void
  /** Looks the key up again at its next use. */
  forget(id: string): void
}

export interface Curve {
  readonly name: string
  /** The prefix of the id in the labels of the keys. */
  readonly prefix: string
  readonly keyType: number
  /** CKA_EC_PARAMS: the OID of the curve. */
  readonly params: Buffer
  readonly make: keyof typeof MECHANISM
  readonly sign: keyof typeof MECHANISM
  /** The public key in a CKA_EC_POINT: the point in a DER OCTET STRING, or bare in some tokens. Undefined if it is neither. */
  publicKeyOf(point: Buffer): Buffer | undefined
}

/** CKK_EC, and secp256k1 as the OID 1.3.132.0.10 (SEC 2, A.2.1): signs digests of transactions. A public key has 65 bytes. */
export const SECP256K1: Curve = {
  name: 'secp256k1',
  prefix: '1claw-tx-',
  keyType: 0x03,
  params: Buffer.from('06052b8104000a', 'hex'),
  make: 'CKM_EC_KEY_PAIR_GEN',
  sign: 'CKM_ECDSA',
  publicKeyOf(point) {
    const raw = point.subarray(-65)
    return raw.length === 65 && raw[0] === 4 ? raw : undefined
  },
}

/** CKK_EC_EDWARDS, and Ed25519 as the OID 1.3.101.112 (PKCS#11 3.0, 2.3.10): signs tokens and audit heads. A public key has 32 bytes. */
export const ED25519: Curve = {
  name: 'Ed25519',
  prefix: '1claw-jwt-',
  keyType: 0x40,
  params: Buffer.from('06032b6570', 'hex'),
  make: 'CKM_EC_EDWARDS_KEY_PAIR_GEN',
  sign: 'CKM_EDDSA',
  publicKeyOf(point) {
    const raw = point.length === 34 && point[0] === 0x04 && point[1] === 32 ? point.subarray(2) : point
    return raw.length === 32 ? raw : undefined
  },
}

/** The errors of tokens that support elliptic curves, but not this one. */
const CURVE_IS_UNKNOWN: ReadonlySet<string> = new Set(['CKR_CURVE_NOT_SUPPORTED', 'CKR_DOMAIN_PARAMS_INVALID'])
const SIGNATURE_BYTES = 64
/** The errors of tokens that accept no private keys from outside, including those that vendors define. */
const TAKES_NONE =
  /^CKR_(?:TEMPLATE_|ATTRIBUTE_|FUNCTION_NOT_SUPPORTED|ACTION_PROHIBITED|KEY_FUNCTION_NOT_PERMITTED|MECHANISM_INVALID|CURVE_|DOMAIN_PARAMS_)/

/** A key that can be neither read nor wrapped out of the token, and can only sign. */
const PRIVATE: ITemplate = {
  token: true,
  private: true,
  sensitive: true,
  extractable: false,
  sign: true,
  decrypt: false,
  unwrap: false,
  derive: false,
}

/** @param prove throws if the token or the login is gone */
export function curveKeys({ session, mechanisms }: Place, curve: Curve, prove: () => void): CurveKeys {
  const known = new Map<string, Key>()

  function ensureCapable(): void {
    for (const name of [curve.make, curve.sign]) {
      if (!mechanisms.has(MECHANISM[name])) throw new OperationFault('incapable', `The token cannot do ${name}`)
    }
  }

  const handlesOf = (type: ObjectClass, id: string) =>
    findHandles(session, { class: type, token: true, label: curve.prefix + id })

  function ensureFree(id: string): void {
    if (handlesOf(ObjectClass.PRIVATE_KEY, id).length > 0)
      throw new OperationFault('exists', `The token has a key labelled ${curve.prefix}${id}`)
  }

  /** Creates an object from an external key, and verifies that it cannot be read. */
  function put(secret: Uint8Array, template: ITemplate): Key {
    const value = Buffer.from(secret)
    let made: Key
    try {
      const fixed = { class: ObjectClass.PRIVATE_KEY, keyType: curve.keyType, paramsEC: curve.params, value }
      made = session.create({ ...template, ...fixed }).toType<Key>()
    } catch (error) {
      if (!TAKES_NONE.test(ckrOf(error))) throw error
      throw new OperationFault('incapable', `The token takes no keys on ${curve.name} from outside (${ckrOf(error)})`)
    } finally {
      value.fill(0)
    }
    const { sensitive, extractable } = made.getAttribute({ sensitive: null, extractable: null })
    if (sensitive === true && extractable === false) return made
    made.destroy()
    throw new OperationFault('incapable', 'The token keeps a key from outside readable')
  }

  function signWith(key: Key, data: Uint8Array): Buffer {
    const signature = session.createSign({ name: MECHANISM[curve.sign], params: null }, key).once(Buffer.from(data))
    if (signature.length !== SIGNATURE_BYTES) throw new OperationFault('failed', `C_Sign gave ${signature.length} bytes`)
    return signature
  }

  function generate(id: string) {
    const shared = { label: curve.prefix + id, id: Buffer.from(curve.prefix + id) }
    try {
      return session.generateKeyPair(
        { name: MECHANISM[curve.make], params: null },
        { ...shared, token: true, keyType: curve.keyType, verify: true, paramsEC: curve.params },
        { ...shared, ...PRIVATE, keyType: curve.keyType },
      )
    } catch (error) {
      if (CURVE_IS_UNKNOWN.has(ckrOf(error)))
        throw new OperationFault('incapable', `The token cannot do ${curve.name} (${ckrOf(error)})`)
      throw error
    }
  }

  function find(id: string): Key {
    const found = known.get(id) ?? lookUp(ObjectClass.PRIVATE_KEY, id)
    known.set(id, found)
    return found
  }

  function lookUp(type: ObjectClass, id: string): Key {
    const [handle, second] = handlesOf(type, id)
    if (!handle) throw new OperationFault('missing', `The token has no key labelled ${curve.prefix}${id}`)
    if (second) throw new OperationFault('twice', `The token has more than one key labelled ${curve.prefix}${id}`)
    return new Key(handle, session, session.lib)
  }

  function pointOf(key: Key): Buffer {
    const point = curve.publicKeyOf(Buffer.from(key.getAttribute({ pointEC: null }).pointEC ?? []))
    if (!point) throw new OperationFault('failed', 'The token gave no point of the curve')
    return point
  }

  return {
    create(id) {
      ensureCapable()
      ensureFree(id)
      const pair = generate(id)
      try {
        const point = pointOf(pair.publicKey)
        known.set(id, pair.privateKey)
        return point
      } catch (error) {
        // Destroys a key that will not be used.
        pair.privateKey.destroy()
        pair.publicKey.destroy()
        throw error
      }
    },

    take(id, secret, point) {
      ensureCapable()
      ensureFree(id)
      const label = { label: curve.prefix + id, id: Buffer.from(curve.prefix + id) }
      const key = put(secret, { ...label, ...PRIVATE })
      try {
        const octets = Buffer.concat([Buffer.from([0x04, point.length]), point])
        const found = { keyType: curve.keyType, token: true, verify: true, paramsEC: curve.params, pointEC: octets }
        session.create({ ...label, ...found, class: ObjectClass.PUBLIC_KEY })
      } catch (error) {
        key.destroy()
        throw error
      }
      known.set(id, key)
    },

    tryTaking(secret, digest) {
      ensureCapable()
      const key = put(secret, { ...PRIVATE, token: false })
      try {
        return signWith(key, digest)
      } finally {
        key.destroy()
      }
    },

    publicKey: id => pointOf(lookUp(ObjectClass.PUBLIC_KEY, id)),

    sign(id, data) {
      ensureCapable()
      return signWith(find(id), data)
    },

    destroy(id) {
      for (const type of [ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY]) {
        for (const handle of handlesOf(type, id)) new Key(handle, session, session.lib).destroy()
      }
      known.delete(id)
      // A removed token also finds nothing: the key would then count as destroyed although it still exists.
      prove()
    },

    forget: id => void known.delete(id),
  }
}
