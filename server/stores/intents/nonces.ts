import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { lockRows } from '../../db/row-lock.ts'

/** The nonces of an account and their transactions. Part of the store of transactions. */
export function nonceQueries(handle: Handle) {
  const { db } = handle
  const nonce = prepared(handle, (db, p: { chainId: number; address: string }) =>
    lockRows(
      handle,
      db.selectFrom('nonces').select('next_nonce').where('chain_id', '=', p.chainId).where('address', '=', p.address),
    ),
  )
  const saveNonce = prepared(handle, (db, p: { chainId: number; address: string; next: number }) =>
    db.updateTable('nonces').set({ next_nonce: p.next }).where('chain_id', '=', p.chainId).where('address', '=', p.address),
  )
  const heldNonces = prepared(handle, (db, p: { chainId: number; address: string; from: number; limit: number }) =>
    db
      .selectFrom('transactions')
      .select('nonce')
      .distinct()
      .where('chain_id', '=', p.chainId)
      .where('from_address', '=', p.address)
      .where('holds_nonce', '=', 1)
      .where('nonce', '>=', p.from)
      .orderBy('nonce')
      .limit(p.limit),
  )

  return {
    /** The lowest nonce that could be free; locked until the unit of work ends. */
    async lockNonce(chainId: number, address: string): Promise<number> {
      const [found] = (await nonce({ chainId, address })).rows
      if (found) return found.next_nonce
      await db
        .insertInto('nonces')
        .values({ chain_id: chainId, address, next_nonce: 0 })
        .onConflict(on => on.columns(['chain_id', 'address']).doNothing())
        .execute()
      return (await nonce({ chainId, address })).rows[0]?.next_nonce ?? 0
    },

    async saveNonce(chainId: number, address: string, next: number) {
      await saveNonce({ chainId, address, next })
    },

    /** Nonces from `from` on that are held by transactions, in order, each once. */
    async heldNonces(chainId: number, address: string, from: number, limit: number): Promise<number[]> {
      const { rows } = await heldNonces({ chainId, address, from, limit })
      return rows.flatMap(row => (row.nonce === null ? [] : [row.nonce]))
    },

    /** The lowest nonce from `from` on of an issued signature that its caller will send; undefined if there is none. */
    async lowestHandedOut(chainId: number, address: string, from: number): Promise<number | undefined> {
      const row = await db
        .selectFrom('transactions')
        .select('nonce')
        .where('chain_id', '=', chainId)
        .where('from_address', '=', address)
        .where('holds_nonce', '=', 1)
        .where('kind', '=', 'sign')
        .where('nonce', '>=', from)
        .orderBy('nonce')
        .limit(1)
        .executeTakeFirst()
      return row?.nonce ?? undefined
    },
  }
}
