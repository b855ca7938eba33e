import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type DeviceCodeRow = Selectable<Schema['device_codes']>
export type DeviceStore = ReturnType<typeof deviceStore>

/** The person who decides, with which sign-in, and its time (epoch milliseconds). */
export interface Decision {
  readonly status: 'approved' | 'denied'
  readonly by: {
    readonly id: string
    readonly orgId: string
    readonly token?: { readonly jti: string; readonly generation: number }
    readonly sessionId?: string
  }
  readonly signedInAt: number | undefined
  readonly now: number
}

/** Device logins, from the code to their only token. */
export function deviceStore(handle: Handle) {
  const { db } = handle
  return {
    async add(code: Insertable<Schema['device_codes']>) {
      await db.insertInto('device_codes').values(code).execute()
    },

    byUserCode: (userCode: string) =>
      db.selectFrom('device_codes').selectAll().where('user_code', '=', userCode).executeTakeFirst(),

    byDeviceCode: (hash: string) =>
      db.selectFrom('device_codes').selectAll().where('device_code_hash', '=', hash).executeTakeFirst(),

    /** Logins that were started for an address and are pending, oldest first. */
    waitingFor: (email: string, now: number, limit: number) =>
      db
        .selectFrom('device_codes')
        .selectAll()
        .where('email', '=', email)
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .orderBy('created_at')
        .orderBy('user_code')
        .limit(limit)
        .execute(),

    /** Settles a pending code once. False if somebody was faster or it has expired. */
    async decide(userCode: string, { status, by, signedInAt, now }: Decision) {
      const { numUpdatedRows } = await db
        .updateTable('device_codes')
        .set({
          ...{ status, user_id: by.id, org_id: by.orgId, signed_in_at: signedInAt ?? null },
          generation: by.token?.generation ?? null,
          session_id: by.sessionId ?? null,
          approver_jti: by.token?.jti ?? null,
        })
        .where('user_code', '=', userCode)
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Redeems an approved code for its only token. False if it was already redeemed. */
    async consume(hash: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('device_codes')
        .set({ status: 'consumed' })
        .where('device_code_hash', '=', hash)
        .where('status', '=', 'approved')
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async polled(hash: string, now: number) {
      await db.updateTable('device_codes').set({ last_polled_at: now }).where('device_code_hash', '=', hash).execute()
    },

    deleteExpired: (before: number, most: number) =>
      deleteSome(handle, most, { table: 'device_codes', key: ['device_code_hash'], where: sql`expires_at < ${before}` }),
  }
}
