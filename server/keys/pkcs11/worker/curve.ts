import { type ITemplate, Key, ObjectClass } from 'graphene-pk11'
import { ckrOf, OperationFault } from '../wire/faults.ts'
import { findHandles, MECHANISM, type Place } from './slot.ts'

/** Keys on secp256k1 in the token, which sign digests of transactions. */
export interface CurveKeys {
  /** The public key, 65 bytes. */
  create(id: string): Buffer
  /** `r` and `s`, 32 bytes each. */
  sign(id: string, digest: Uint8Array): Buffer
  destroy(id: string): void
  /** Looks the key up anew at its next use. */
  forget(id: string): void
}

const PREFIX = '1claw-tx-'
/** CKK_EC, and secp256k1 as the OID 1.3.132.0.10 (SEC 2, A.2.1). */
const EC = 0x03
const SECP256K1 = Buffer.from('06052b8104000a', 'hex')
/** What tokens answer that have elliptic curves, but not this one. */
const CURVE_IS_UNKNOWN: ReadonlySet<string> = new Set(['CKR_CURVE_NOT_SUPPORTED', 'CKR_DOMAIN_PARAMS_INVALID'])
const POINT_BYTES = 65
const SIGNATURE_BYTES = 64

/** A key that can be neither read nor wrapped out of the token, and does nothing but sign. */
const PRIVATE: ITemplate = {
  keyType: EC,
  token: true,
  private: true,
  sensitive: true,
  extractable: false,
  sign: true,
  decrypt: false,
  unwrap: false,
  derive: false,
}

/**
 * @param prove throws when the token or the login is gone
 */
export function curveKeys({ session, mechanisms }: Place, prove: () => void): CurveKeys {
  const known = new Map<string, Key>()

  function ensureCapable(): void {
    for (const name of ['CKM_EC_KEY_PAIR_GEN', 'CKM_ECDSA'] as const) {
      if (!mechanisms.has(MECHANISM[name])) throw new OperationFault('incapable', `The token cannot do ${name}`)
    }
  }

  const handlesOf = (type: ObjectClass, id: string) => findHandles(session, { class: type, token: true, label: PREFIX + id })

  function generate(id: string) {
    const shared = { label: PREFIX + id, id: Buffer.from(PREFIX + id) }
    try {
      return session.generateKeyPair(
        { name: MECHANISM.CKM_EC_KEY_PAIR_GEN, params: null },
        { ...shared, token: true, keyType: EC, verify: true, paramsEC: SECP256K1 },
        { ...shared, ...PRIVATE },
      )
    } catch (error) {
      if (CURVE_IS_UNKNOWN.has(ckrOf(error)))
        throw new OperationFault('incapable', `The token cannot do secp256k1 (${ckrOf(error)})`)
      throw error
    }
  }

  function find(id: string): Key {
    const found = known.get(id)
    if (found) return found
    const [handle, second] = handlesOf(ObjectClass.PRIVATE_KEY, id)
    if (!handle) throw new OperationFault('missing', `The token has no key labelled ${PREFIX}${id}`)
    if (second) throw new OperationFault('twice', `The token has more than one key labelled ${PREFIX}${id}`)
    const key = new Key(handle, session, session.lib)
    known.set(id, key)
    return key
  }

  return {
    create(id) {
      ensureCapable()
      if (handlesOf(ObjectClass.PRIVATE_KEY, id).length > 0) {
        throw new OperationFault('exists', `The token has a key labelled ${PREFIX}${id}`)
      }
      const pair = generate(id)
      try {
        const point = pointOf(pair.publicKey)
        known.set(id, pair.privateKey)
        return point
      } catch (error) {
        // Nobody will ever use it.
        pair.privateKey.destroy()
        pair.publicKey.destroy()
        throw error
      }
    },

    sign(id, digest) {
      ensureCapable()
      const signature = session.createSign({ name: MECHANISM.CKM_ECDSA, params: null }, find(id)).once(Buffer.from(digest))
      if (signature.length !== SIGNATURE_BYTES) throw new OperationFault('failed', `C_Sign gave ${signature.length} bytes`)
      return signature
    },

    destroy(id) {
      for (const type of [ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY]) {
        for (const handle of handlesOf(type, id)) new Key(handle, session, session.lib).destroy()
      }
      known.delete(id)
      // A token that is gone finds nothing either, and the key would be forgotten and kept.
      prove()
    },

    forget: id => void known.delete(id),
  }
}

/** CKA_EC_POINT is the point in a DER OCTET STRING; some tokens give it bare. */
function pointOf(key: Key): Buffer {
  const { pointEC } = key.getAttribute({ pointEC: null })
  const point = Buffer.from(pointEC ?? []).subarray(-POINT_BYTES)
  if (point.length !== POINT_BYTES || point[0] !== 4) throw new OperationFault('failed', 'The token gave no point of the curve')
  return point
}
