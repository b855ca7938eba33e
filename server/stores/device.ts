import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'

export type DeviceCodeRow = Selectable<Schema['device_codes']>
export type DeviceStore = ReturnType<typeof deviceStore>

export function deviceStore({ db }: Handle) {
  return {
    async add(code: Insertable<Schema['device_codes']>) {
      await db.insertInto('device_codes').values(code).execute()
    },

    byUserCode: (userCode: string) =>
      db.selectFrom('device_codes').selectAll().where('user_code', '=', userCode).executeTakeFirst(),

    byDeviceCode: (hash: string) =>
      db.selectFrom('device_codes').selectAll().where('device_code_hash', '=', hash).executeTakeFirst(),

    /** Settles a pending code once. False when somebody was faster or it has expired. */
    async decide(userCode: string, decision: { status: 'approved' | 'denied'; userId: string; orgId: string; now: number }) {
      const { numUpdatedRows } = await db
        .updateTable('device_codes')
        .set({ status: decision.status, user_id: decision.userId, org_id: decision.orgId })
        .where('user_code', '=', userCode)
        .where('status', '=', 'pending')
        .where('expires_at', '>', decision.now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Takes an approved code for its one token. False when it was taken before. */
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

    async forgetExpired(before: number) {
      await db.deleteFrom('device_codes').where('expires_at', '<', before).execute()
    },
  }
}
