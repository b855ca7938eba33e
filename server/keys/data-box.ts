import type { KeyObject } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Lineage } from './lineage.ts'
import { bind } from './primitives/binding.ts'
import { BOX_VERSION, openBox, sealBox } from './primitives/gcm.ts'

/** Seals the server's own small secrets: second factors and waiting mail. It needs no key provider, so it works inside a unit of work. */
export interface DataBox {
  /** @param id the id of its row: a box that was moved to another row does not open */
  seal(purpose: string, id: string, plaintext: Uint8Array): Buffer
  /** @throws Problem `secret.unreadable` */
  open(purpose: string, id: string, sealed: Uint8Array): Buffer
}

/** The prefix of a box with a later key, before the number of the key (4 bytes, big-endian). Boxes with the first key have none. */
const LATER = 2
const HEAD_BYTES = 5

/**
 * @param keys 32 bytes each
 * @param sealed called for each box with the number of its key
 */
export function dataBox(keys: Lineage<KeyObject>, sealed: (number: number) => void = () => {}): DataBox {
  const place = (purpose: string, id: string) => bind('1claw/server-data/1', purpose, id)
  return {
    seal(purpose, id, plaintext) {
      const { number, key } = keys.current()
      sealed(number)
      const box = sealBox(key, plaintext, place(purpose, id))
      return number === 1 ? box : Buffer.concat([boxHead(number), box])
    },
    open(purpose, id, sealed) {
      const number = boxKeyOf(sealed)
      const key = keys.find(number)
      if (!key) throw new Problem('secret.unreadable')
      return openBox(key, number === 1 ? sealed : sealed.subarray(HEAD_BYTES), place(purpose, id))
    },
  }
}

/** The number of a box's key. */
export function boxKeyOf(sealed: Uint8Array): number {
  return sealed[0] === LATER && sealed.length > HEAD_BYTES ? Buffer.from(sealed.subarray(1, HEAD_BYTES)).readUInt32BE() : 1
}

/** The prefix of every box with this key, and of no other. */
export function boxHead(number: number): Buffer {
  if (number === 1) return Buffer.from([BOX_VERSION])
  const head = Buffer.alloc(HEAD_BYTES)
  head[0] = LATER
  head.writeUInt32BE(number, 1)
  return head
}
