import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'

export type OutboxRow = Selectable<Schema['outbox']>
export type NewOutboxRow = Insertable<Schema['outbox']>
export type OutboxStore = ReturnType<typeof outboxStore>

/** The topic that announces new mail. */
export const MAIL_WAITS = 'outbox'

/** Mail that is sent once the unit of work that wrote it has committed. */
export function outboxStore(handle: Handle) {
  const { db, changed } = handle
  return {
    async add(mail: NewOutboxRow) {
      await db.insertInto('outbox').values(mail).execute()
      changed(MAIL_WAITS)
    },

    /**
     * Takes mail that is due, for one attempt each. It is due again at `retryAt`, so it is not lost if the process dies. If two processes
     * want the same row, only one gets it.
     */
    async claim({
      now,
      limit,
      retryAt,
    }: {
      now: number
      limit: number
      retryAt: (attempts: number) => number
    }): Promise<OutboxRow[]> {
      const due = db.selectFrom('outbox').selectAll().where('due_at', '<=', now).orderBy('due_at').orderBy('id').limit(limit)
      const taken: OutboxRow[] = []
      for (const row of await lockRows(handle, due).execute()) {
        const { numUpdatedRows } = await db
          .updateTable('outbox')
          .set({ attempts: row.attempts + 1, due_at: retryAt(row.attempts + 1) })
          .where('id', '=', row.id)
          .where('attempts', '=', row.attempts)
          .executeTakeFirst()
        if (numUpdatedRows === 1n) taken.push({ ...row, attempts: row.attempts + 1 })
      }
      return taken
    },

    /** When the next mail is due; undefined if there is none. */
    async nextDue(): Promise<number | undefined> {
      const row = await db
        .selectFrom('outbox')
        .select(eb => eb.fn.min('due_at').as('due'))
        .executeTakeFirst()
      return row?.due == null ? undefined : Number(row.due)
    },

    /** The number of waiting mails, and when the oldest was written, in epoch milliseconds. */
    async figures(): Promise<{ waiting: number; oldest: number | undefined }> {
      const { fn } = db
      const sums = db.selectFrom('outbox').select([fn.countAll().as('waiting'), fn.min('created_at').as('oldest')])
      const { waiting, oldest } = await sums.executeTakeFirstOrThrow()
      return { waiting: Number(waiting), oldest: oldest == null ? undefined : Number(oldest) }
    },

    /** A page of the mail that waits, newest first, with the number of all. */
    async page(limit: number, offset: number): Promise<{ rows: OutboxRow[]; total: number }> {
      const rows = db.selectFrom('outbox').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc')
      const { total } = await db
        .selectFrom('outbox')
        .select(({ fn }) => fn.countAll().as('total'))
        .executeTakeFirstOrThrow()
      return { rows: await rows.limit(limit).offset(offset).execute(), total: Number(total) }
    },

    /** Records why the last attempt failed. */
    async failed(id: string, why: string) {
      await db.updateTable('outbox').set({ last_error: why }).where('id', '=', id).execute()
    },

    async remove(id: string) {
      await db.deleteFrom('outbox').where('id', '=', id).execute()
    },
  }
}
