import { AsyncLocalStorage } from 'node:async_hooks'

/** Gives the items of a unit of work; call it once the unit has begun. The same items when the unit begins again. */
export type Take<Item> = () => readonly Item[]

export interface GatheringOptions<Item, Value> {
  /** The most items in one unit. */
  readonly most: number
  /** The names of what an item needs for itself: items that need the same are never in one unit. */
  readonly needs: (item: Item) => readonly string[]
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
 * Items that arrive while the database is busy go into one unit of work. A unit takes its items when it begins, so none waits for others
 * to come.
 */
export function gathering<Item, Value>({
  most,
  needs,
  run,
  alone,
}: GatheringOptions<Item, Value>): (item: Item) => Promise<Value> {
  // A unit belongs to no caller: it must not run in the async context of the unit in which it was asked for.
  const inRoot = AsyncLocalStorage.snapshot()
  let waiting: Waiting<Item, Value>[] = []
  let isCalled = false

  /** Asks for a unit of work if items wait and none is asked for. */
  function call(): void {
    if (isCalled || waiting.length === 0) return
    isCalled = true
    void inRoot(unit)
  }

  function takeSome(): Waiting<Item, Value>[] {
    const needed = new Set<string>()
    const taken: Waiting<Item, Value>[] = []
    const left: Waiting<Item, Value>[] = []
    for (const each of waiting) {
      const names = needs(each.item)
      if (taken.length < most && names.every(name => !needed.has(name))) {
        for (const name of names) needed.add(name)
        taken.push(each)
      } else left.push(each)
    }
    // A power of two, because each number of items has its own statements.
    const count = 2 ** Math.floor(Math.log2(taken.length))
    waiting = [...taken.splice(count), ...left]
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
    }
  }

  /** The database is closed or broken: nobody waits for another unit. */
  function neverBegun(): readonly Waiting<Item, Value>[] {
    const all = waiting
    waiting = []
    isCalled = false
    return all
  }

  return item =>
    new Promise<Value>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      call()
    })
}
