import { createSecretKey } from 'node:crypto'
import { bind } from './primitives/binding.ts'
import { openBox, sealBox } from './primitives/gcm.ts'

/** Seals the server's own small secrets: second factors, mail that waits. Needs no key provider, so it works inside a unit of work. */
export interface DataBox {
  /** @param id of the row it is kept in: a box moved to another row does not open. */
  seal(purpose: string, id: string, plaintext: Uint8Array): Buffer
  /** @throws Problem `secret.unreadable` */
  open(purpose: string, id: string, sealed: Uint8Array): Buffer
}

/** @param key 32 bytes that rest wrapped by the key provider, see `dataKey`. */
export function dataBox(key: Uint8Array): DataBox {
  const secret = createSecretKey(key)
  const place = (purpose: string, id: string) => bind('1claw/server-data/1', purpose, id)
  return {
    seal: (purpose, id, plaintext) => sealBox(secret, plaintext, place(purpose, id)),
    open: (purpose, id, sealed) => openBox(secret, sealed, place(purpose, id)),
  }
}
