import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'

export type KeyJobRow = Selectable<Schema['key_jobs']>
export type KeyJobKind = 'cmek' | 'kek'
export type KeyJobStore = ReturnType<typeof keyJobStore>

/** Rotations of keys and their progress. One process holds a running one, for as long as it renews its hold. */
export function keyJobStore({ db }: Handle) {
  /** A running job that this process holds. */
  const held = (id: string, holder: string) =>
    db.updateTable('key_jobs').where('id', '=', id).where('status', '=', 'running').where('holder', '=', holder)

  const inVault = ({ id, orgId }: VaultPlace) =>
    db.selectFrom('key_jobs').selectAll().where('vault_id', '=', id).where('org_id', '=', orgId)

  const openOnes = () =>
    db
      .selectFrom('key_jobs as job')
      .where('job.status', 'in', ['running', 'failed'])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('key_jobs as later')
              .select('later.id')
              .whereRef('later.vault_id', '=', 'job.vault_id')
              .whereRef('later.kind', '=', 'job.kind')
              .whereRef('later.created_at', '>', 'job.created_at'),
          ),
        ),
      )

  return {
    /** Throws a unique violation if the vault has a running one. */
    async add(job: Insertable<Schema['key_jobs']>) {
      await db.insertInto('key_jobs').values(job).execute()
    },

    byId: (vault: VaultPlace, id: string) => inVault(vault).where('id', '=', id).executeTakeFirst(),

    newest: (kind: KeyJobKind, vault: VaultPlace, limit: number) =>
      inVault(vault).where('kind', '=', kind).orderBy('created_at', 'desc').limit(limit).execute(),

    running: (vault: VaultPlace) => inVault(vault).where('status', '=', 'running').executeTakeFirst(),

    /** Rotations of all vaults, the oldest first. */
    allRunning: (limit: number) =>
      db.selectFrom('key_jobs').selectAll().where('status', '=', 'running').orderBy('created_at').limit(limit).execute(),

    /** Running jobs, and failed ones without a later success for their vault; the newest first. */
    open: (limit: number, offset: number) =>
      openOnes().selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit).offset(offset).execute(),

    async countOpen(): Promise<number> {
      return Number(
        (
          await openOnes()
            .select(({ fn }) => fn.countAll().as('count'))
            .executeTakeFirstOrThrow()
        ).count,
      )
    },

    /** The newest rotation between these two keys. */
    about: (vault: VaultPlace, oldKey: string, newKey: string) =>
      inVault(vault)
        .where('old_key', '=', oldKey)
        .where('new_key', '=', newKey)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** For the start of the only process: unfinished jobs belong to an ended process. */
    async releaseAll() {
      await db.updateTable('key_jobs').set({ holder: null, held_until: 0 }).where('status', '=', 'running').execute()
    },

    /** Running jobs of a kind that no process works on. */
    idle: (kind: KeyJobKind, now: number, limit: number) =>
      db
        .selectFrom('key_jobs')
        .selectAll()
        .where('kind', '=', kind)
        .where('status', '=', 'running')
        .where('held_until', '<=', now)
        .orderBy('created_at')
        .limit(limit)
        .execute(),

    /** Takes a job that no process works on. False if another process was faster. */
    async take(id: string, holder: string, { now, until }: { readonly now: number; readonly until: number }): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('key_jobs')
        .set(eb => ({
          status: 'running',
          error: null,
          completed_at: null,
          holder,
          held_until: until,
          started_at: eb.fn.coalesce('started_at', eb.val(now)),
        }))
        .where('id', '=', id)
        .where('status', 'in', ['running', 'failed'])
        .where('held_until', '<=', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** False if another process has taken it over: the caller must stop. */
    async progress(id: string, holder: string, processed: number, until: number): Promise<boolean> {
      const { numUpdatedRows } = await held(id, holder).set({ processed, held_until: until }).executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async end(
      id: string,
      holder: string,
      end: {
        readonly status: 'completed' | 'failed'
        readonly processed: number
        readonly error: string | null
        readonly completed_at: number
      },
    ): Promise<boolean> {
      const { numUpdatedRows } = await held(id, holder)
        .set({ ...end, holder: null, held_until: 0 })
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Lets another process continue from an instant on; `error` says why it was interrupted, if it was. */
    async release(id: string, holder: string, { error, until }: { readonly error: string | null; readonly until: number }) {
      await held(id, holder).set({ holder: null, held_until: until, error }).execute()
    },
  }
}
