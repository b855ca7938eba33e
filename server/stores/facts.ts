import { randomUUID } from 'node:crypto'
import type { Database, Handle } from '../db/database.ts'

export type FactsStore = ReturnType<typeof factsStore>

/** Facts about this installation; most are written once. */
export function factsStore({ db }: Handle) {
  const get = async (key: string) =>
    (await db.selectFrom('server_facts').select('value').where('key', '=', key).executeTakeFirst())?.value
  return {
    get,
    /** Writes the fact unless somebody has; answers the one that holds. */
    async settle(key: string, value: string): Promise<string> {
      await db
        .insertInto('server_facts')
        .values({ key, value })
        .onConflict(c => c.doNothing())
        .execute()
      return (await get(key)) ?? value
    },

    /** Puts another value in place of the one that was read, undefined for none. False when somebody else was faster. */
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

/** Work that is due now and then, of one process at a time. */
export interface Turn {
  /** Fact: when the last round that came to its end was started, in epoch milliseconds. */
  readonly done: string
  /** Fact: until when a process has the round for itself, in epoch milliseconds, and which process. */
  readonly held: string
  readonly everyMs: number
  /** After a round that failed. */
  readonly retryMs: number
}

interface TurnDeps<Stores> {
  readonly database: Database<Stores & { facts: FactsStore }>
  readonly clock: () => number
}

/** This process, as the holder of a turn. */
const PROCESS = randomUUID()

/** How long a process that is not heard of has the round for itself. */
const HELD_MS = 2 * 60_000

/**
 * Does a job when it is due. A run counts when it has come to its end: one of a process that was killed is done again by the next
 * process that asks, two minutes later where that may be another one. What a round answers is committed together with its end.
 */
export function turnTaker<Stores>({ database, clock }: TurnDeps<Stores>, { done, held, everyMs, retryMs }: Turn) {
  /** What was written last of the round that is under way. */
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
    // Where this is the only process there is, anyone else who held it is gone.
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
