import { randomFillSync } from 'node:crypto'
import { AesGcm240Params, type Key, type Session } from 'graphene-pk11'
import { BOX_OVERHEAD, BOX_VERSION, DEK_BYTES, IV_BYTES, TAG_BYTES } from './gcm.ts'
import { OperationFault, unreadable } from './pkcs11-faults.ts'
import { MECHANISM } from './pkcs11-slot.ts'

/**
 * DEKs under a KEK in the token, in the format of `gcm.ts`. The calls go to the binding below graphene's `Cipher`, which would copy the
 * DEK into a buffer that nobody wipes.
 */
const BOX_BYTES = DEK_BYTES + BOX_OVERHEAD
const HEAD = 1 + IV_BYTES

/** CK_GCM_PARAMS holds pointers into these buffers: the caller keeps them until the operation is over. */
function gcm(iv: Buffer, aad: Uint8Array) {
  return { name: MECHANISM.CKM_AES_GCM, params: new AesGcm240Params(iv, viewOf(aad), TAG_BYTES * 8) }
}

export function wrapDek(session: Session, key: Key, dek: Uint8Array, aad: Uint8Array): Buffer {
  const box = Buffer.alloc(BOX_BYTES)
  box[0] = BOX_VERSION
  const mechanism = gcm(randomFillSync(box.subarray(1, HEAD)), aad)
  session.createCipher(mechanism, key)
  const sealed = session.lib.C_Encrypt(session.handle, viewOf(dek), Buffer.alloc(2 * BOX_BYTES))
  if (sealed.length !== DEK_BYTES + TAG_BYTES) throw new OperationFault('failed', `C_Encrypt gave ${sealed.length} bytes`)
  box.set(sealed, HEAD)
  return box
}

/** `prove` throws when the token does not work. */
export function unwrapDek(session: Session, key: Key, box: Uint8Array, aad: Uint8Array, prove: () => void): Buffer {
  if (box.length !== BOX_BYTES || box[0] !== BOX_VERSION)
    throw new OperationFault('unreadable', 'The wrapped DEK has an unknown format')
  const bytes = viewOf(box)
  const mechanism = gcm(bytes.subarray(1, HEAD), aad)
  session.createDecipher(mechanism, key)
  const room = Buffer.alloc(BOX_BYTES)
  try {
    const dek = session.lib.C_Decrypt(session.handle, bytes.subarray(HEAD), room)
    if (dek.length === DEK_BYTES) return dek
    room.fill(0)
    throw new OperationFault('failed', `C_Decrypt gave ${dek.length} bytes`)
  } catch (error) {
    room.fill(0)
    throw unreadable(error, prove, 'The wrapped DEK does not open')
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
