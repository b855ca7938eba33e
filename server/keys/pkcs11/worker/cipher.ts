import { randomFillSync } from 'node:crypto'
import { type Key, MechParams, type Session } from 'graphene-pk11'
import { BOX_OVERHEAD, BOX_VERSION, DEK_BYTES, IV_BYTES, TAG_BYTES } from '../../primitives/gcm.ts'
import { OperationFault, unreadable } from '../wire/faults.ts'
import { MECHANISM } from './slot.ts'

/**
 * DEKs wrapped with a KEK in the token, in the format of `gcm.ts`. The calls bypass graphene's `Cipher` and use its binding: `Cipher`
 * copies the DEK into a buffer that is never wiped, and the objects that it creates for a call take longer than the call.
 */
const BOX_BYTES = DEK_BYTES + BOX_OVERHEAD
const HEAD = 1 + IV_BYTES
const NOTHING: Buffer = Buffer.alloc(0)
/** The buffer that the module writes to. It is larger than needed, because some modules request space that they do not use. */
const room = Buffer.allocUnsafeSlow(2 * BOX_BYTES)

/** One object for all calls: the binding reads it each time. The module keeps pointers into `iv` and `aad` until the next call. */
const parameter = { type: MechParams.AesGCMv240, iv: NOTHING, ivBits: IV_BYTES * 8, aad: NOTHING, tagBits: TAG_BYTES * 8 }
const mechanism = { mechanism: MECHANISM.CKM_AES_GCM, parameter }

function gcm(iv: Buffer, aad: Uint8Array): typeof mechanism {
  parameter.iv = iv
  parameter.aad = viewOf(aad)
  return mechanism
}

export function wrapDek(session: Session, key: Key, dek: Uint8Array, aad: Uint8Array): Buffer {
  const box = Buffer.alloc(BOX_BYTES)
  box[0] = BOX_VERSION
  session.lib.C_EncryptInit(session.handle, gcm(randomFillSync(box.subarray(1, HEAD)), aad), key.handle)
  const sealed = session.lib.C_Encrypt(session.handle, viewOf(dek), room)
  if (sealed.length !== DEK_BYTES + TAG_BYTES) throw new OperationFault('failed', `C_Encrypt gave ${sealed.length} bytes`)
  box.set(sealed, HEAD)
  return box
}

/** The DEK, in a buffer that the next call overwrites. `prove` throws if the token does not work. */
export function unwrapDek(session: Session, key: Key, box: Uint8Array, aad: Uint8Array, prove: () => void): Buffer {
  if (box.length !== BOX_BYTES || box[0] !== BOX_VERSION)
    throw new OperationFault('unreadable', 'The wrapped DEK has an unknown format')
  const bytes = viewOf(box)
  session.lib.C_DecryptInit(session.handle, gcm(bytes.subarray(1, HEAD), aad), key.handle)
  try {
    const dek = session.lib.C_Decrypt(session.handle, bytes.subarray(HEAD), room)
    if (dek.length === DEK_BYTES) return dek
    throw new OperationFault('failed', `C_Decrypt gave ${dek.length} bytes`)
  } catch (error) {
    room.fill(0)
    throw unreadable(error, prove, 'The wrapped DEK does not open')
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
