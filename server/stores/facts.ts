import { randomUUID } from 'node:crypto'
import type { Database, Handle } from '../db/database.ts'

export type FactsStore = ReturnType<typeof factsStore>

/** Facts about this installation; most are written once. */
export function factsStore({ db }: Handle) {
  const get = async (key: string) =>
    (await db.selectFrom('server_facts').select('value').where('key', '=', key).executeTakeFirst())?.value
  return {
    get,
    /** Writes the fact unless it exists; returns the stored one. */
    async settle(key: string, value: string): Promise<string> {
      await db
        .insertInto('server_facts')
        .values({ key, value })
        .onConflict(c => c.doNothing())
        .execute()
      return (await get(key)) ?? value
    },

    /** Replaces the value that was read, undefined for none. False if another process was faster. */
    async change(key: string, from: string | undefined, to: string): Promise<boolean> {
      if (from === undefined) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('server_facts')
          .values({ key, value: to })
          .onConflict(c => c.doNothing())
          .executeTakeFirst()
        return numInsertedOrUpdatedRows === 1n
      }
      const { numUpdatedRows } = await db
        .updateTable('server_facts')
        .set({ value: to })
        .where('key', '=', key)
        .where('value', '=', from)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}

/** Periodic work that one process does at a time. */
export interface Turn {
  /** The fact with the start of the last completed run, in epoch milliseconds. */
  readonly done: string
  /** The fact with the process that holds the run, and until when, in epoch milliseconds. */
  readonly held: string
  readonly everyMs: number
  /** The pause after a failed run. */
  readonly retryMs: number
}

interface TurnDeps<Stores> {
  readonly database: Database<Stores & { facts: FactsStore }>
  readonly clock: () => number
}

/** The id of this process, as the holder of a run. */
const PROCESS = randomUUID()

/** For how long a silent process keeps holding a run. */
const HELD_MS = 2 * 60_000

/**
 * Does a job when it is due. A run counts once it is complete: the run of a killed process is repeated by the next process that asks, two
 * minutes later if there can be several. The result of a run is committed together with its end.
 */
export function turnTaker<Stores>({ database, clock }: TurnDeps<Stores>, { done, held, everyMs, retryMs }: Turn) {
  /** The last recorded state of the current run. */
  let mine: string | undefined

  const hold = async (from: string | undefined, until: number): Promise<boolean> => {
    const to = `${until} ${PROCESS}`
    const isOurs = await database.run(({ facts }) => facts.change(held, from, to))
    if (isOurs) mine = to
    return isOurs
  }

  return async (round: (begun: number) => Promise<(stores: Stores) => Promise<void>>): Promise<void> => {
    const begun = clock()
    const [last, before] = await database.read(async ({ facts }) => [await facts.get(done), await facts.get(held)])
    if (begun - Number(last ?? 0) < everyMs) return
    const [until, holder] = before?.split(' ') ?? []
    // If this is the only process, any earlier holder is gone.
    const isThere = database.trustMs !== Number.POSITIVE_INFINITY || holder === PROCESS
    if (isThere && Number(until ?? 0) > begun) return
    if (!(await hold(before, begun + HELD_MS))) return
    let beat: Promise<unknown> = Promise.resolve()
    const timer = setInterval(() => {
      beat = beat.then(() => hold(mine, clock() + HELD_MS)).catch(() => {})
    }, HELD_MS / 4).unref()
    const stop = async () => {
      clearInterval(timer)
      await beat
    }
    try {
      const end = await round(begun)
      await stop()
      await database.run(async stores => {
        await end(stores)
        await stores.facts.change(done, last, String(begun))
      })
    } catch (error) {
      await stop()
      await hold(mine, clock() + retryMs)
      throw error
    }
  }
}
