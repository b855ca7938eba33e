import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { only, type ReservationStatements } from './reservation-statements.ts'

/** The nonces of an account and their transactions. Part of the store of transactions. */
export function nonceQueries(
  handle: Handle,
  { lockNonces, saveNonces }: Pick<ReservationStatements, 'lockNonces' | 'saveNonces'>,
) {
  const { db } = handle
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
    lockNonce: (chainId: number, address: string): Promise<number> => only(lockNonces([{ chainId, address }])),

    async saveNonce(chainId: number, address: string, next: number) {
      await saveNonces([{ chainId, address, next }])
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
