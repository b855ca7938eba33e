import { AsyncLocalStorage } from 'node:async_hooks'

/** Gives the items of a unit of work; call it once the unit has begun. The same items when the unit begins again. */
export type Take<Item> = () => readonly Item[]

export interface GatheringOptions<Item, Value> {
  /** The most items in one unit. */
  readonly most: number
  /** The most units at the same time, those that wait for the database included: with more, each would have fewer items. */
  readonly atOnce: number
  /** The names of what an item needs for itself. */
  readonly needs: (item: Item) => readonly string[]
  /** The most items that need the same in one unit: others wait for the next, so that a unit stays short, and everybody gets a turn. */
  readonly mostOfOne: number
  /**
   * Runs a unit of work with several items; the results are in their order. With `Undone` it says that nothing of the unit was applied, and
   * that each item should be tried again alone.
   */
  readonly run: (take: Take<Item>) => Promise<readonly PromiseSettledResult<Value>[]>
  /** Runs a unit of work with one item. */
  readonly alone: (item: Item) => Promise<Value>
}

/** One item has spoilt the unit of work for all of them. */
export class Undone extends Error {
  constructor(cause: unknown) {
    super('A unit of work with several items was undone.', { cause })
  }
}

interface Waiting<Item, Value> {
  readonly item: Item
  readonly resolve: (value: Value) => void
  readonly reject: (error: unknown) => void
}

/**
 * Items that arrive while the database is busy go into one unit of work (`docs/decisions`, 0062). A unit takes its items when it begins, so
 * none waits for others to come.
 */
export function gathering<Item, Value>({
  most,
  atOnce,
  needs,
  mostOfOne,
  run,
  alone,
}: GatheringOptions<Item, Value>): (item: Item) => Promise<Value> {
  // A unit belongs to no caller: it must not run in the async context of the unit in which it was asked for.
  const inRoot = AsyncLocalStorage.snapshot()
  let waiting: Waiting<Item, Value>[] = []
  /** True while a unit waits for the database and has no items yet. */
  let isCalled = false
  let units = 0

  /** Asks for a unit of work if items wait, none is asked for, and not too many are running. */
  function call(): void {
    if (isCalled || units === atOnce || waiting.length === 0) return
    isCalled = true
    units++
    void inRoot(unit)
  }

  /** The items of the next unit, oldest first. */
  function takeSome(): Waiting<Item, Value>[] {
    const rounds = roundsFor(needs)
    const taken: Waiting<Item, Value>[] = []
    waiting = waiting.filter(each => {
      if (taken.length === most || rounds.next(each.item) >= mostOfOne) return true
      rounds.place(each.item)
      taken.push(each)
      return false
    })
    return taken
  }

  async function unit(): Promise<void> {
    let members: readonly Waiting<Item, Value>[] | undefined
    const begin = () => {
      if (!members) {
        members = takeSome()
        isCalled = false
        call()
      }
      return members.map(({ item }) => item)
    }
    try {
      const results = await run(begin)
      results.forEach((result, index) => {
        if (result.status === 'fulfilled') members?.[index]?.resolve(result.value)
        else members?.[index]?.reject(result.reason)
      })
    } catch (error) {
      for (const { item, resolve, reject } of members ?? neverBegun()) {
        if (error instanceof Undone) alone(item).then(resolve, reject)
        else reject(error)
      }
    } finally {
      units--
      call()
    }
  }

  /** The database is closed or broken: nobody waits for another unit. */
  function neverBegun(): readonly Waiting<Item, Value>[] {
    isCalled = false
    return waiting.splice(0)
  }

  return item =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      call()
    })
}

/** Places items in rounds, in which no two need the same. */
function roundsFor<Item>(needs: (item: Item) => readonly string[]) {
  /** The first round in which something is not needed. */
  const free = new Map<string, number>()
  const next = (item: Item) => Math.max(0, ...needs(item).map(name => free.get(name) ?? 0))
  return {
    /** The number of the earliest round for an item. */
    next,
    /** The same; the item is in that round from now on. */
    place(item: Item): number {
      const number = next(item)
      for (const name of needs(item)) free.set(name, number + 1)
      return number
    },
  }
}

/**
 * Divides items into rounds, one after the other. No two of a round need the same, and those that do keep their order. The length of each
 * round is a power of two, because each number of items has its own statements.
 * @param needs names of what an item needs for itself
 */
export function roundsOf<Item>(items: readonly Item[], needs: (item: Item) => readonly string[]): Item[][] {
  const rounds: Item[][] = []
  const places = roundsFor(needs)
  for (const item of items) {
    const number = places.place(item)
    const round = rounds[number]
    if (round) round.push(item)
    else rounds.push([item])
  }
  return rounds.flatMap(round => inPowers(round))
}

function inPowers<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return []
  const count = 2 ** Math.floor(Math.log2(items.length))
  return [items.slice(0, count), ...inPowers(items.slice(count))]
}
