import type { Selectable } from 'kysely'
import type { SigningKeySuccession } from '../../../src/crypto/signing-keys.ts'
import { ERASED, type Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { codec } from '../codec.ts'

/** `material` is kept as text: it is replaced only if the text has not changed since it was read. */
const { decode, encode } = codec<Selectable<Schema['server_keys']>>()<{ succession: SigningKeySuccession }>({
  flags: [],
  json: ['succession'],
})

export type ServerKeyRow = ReturnType<typeof decode>
export type ServerKeyStore = ReturnType<typeof serverKeyStore>

/** A topic for `Handle.changed`: a key of the installation is new or has ended. */
export const SERVER_KEYS = 'server-keys'

/** The server's own keys. */
export function serverKeyStore({ db, changed }: Handle) {
  const at = (purpose: string, number: number) =>
    db.updateTable('server_keys').where('purpose', '=', purpose).where('number', '=', number)

  return {
    all: async (): Promise<ServerKeyRow[]> =>
      (await db.selectFrom('server_keys').selectAll().orderBy('purpose').orderBy('number', 'desc').execute()).map(decode),

    /** False if there already is a key with this number, because another process was faster. */
    async add(row: ServerKeyRow): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('server_keys')
        .values(encode(row))
        .onConflict(on => on.columns(['purpose', 'number']).doNothing())
        .executeTakeFirst()
      changed(SERVER_KEYS)
      return numInsertedOrUpdatedRows === 1n
    },

    /** Stores the same secret key wrapped with another KEK. False if it has changed since it was read. */
    async rewrap(purpose: string, number: number, from: string, to: string): Promise<boolean> {
      const { numUpdatedRows } = await at(purpose, number).where('material', '=', from).set({ material: to }).executeTakeFirst()
      changed(SERVER_KEYS)
      return numUpdatedRows === 1n
    },

    /** Marks the key as ended: nothing new is accepted with it. False if it was already marked. */
    async end(purpose: string, number: number, now: number): Promise<boolean> {
      const { numUpdatedRows } = await at(purpose, number).where('ended_at', 'is', null).set({ ended_at: now }).executeTakeFirst()
      changed(SERVER_KEYS)
      return numUpdatedRows === 1n
    },

    /** Called after the key provider has destroyed it. False if another process has already recorded it. */
    async forget(purpose: string, number: number): Promise<boolean> {
      const { numUpdatedRows } = await at(purpose, number)
        .where('material', 'is not', null)
        .set({ material: null })
        .executeTakeFirst()
      changed(SERVER_KEYS)
      changed(ERASED)
      return numUpdatedRows === 1n
    },
  }
}
