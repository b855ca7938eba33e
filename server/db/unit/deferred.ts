import type { Finish } from '../database.ts'

/** Deferred work of units, done at the end of their transaction. */
export interface Deferred {
  readonly empty: boolean
  add<T>(finish: Finish<T>, item: T): void
  /** Takes over the items of another one. */
  merge(other: Deferred): void
  /** Calls each function with its items, in the order in which the functions were added. */
  finish(): Promise<void>
  /** Only for `merge`. */
  readonly tasks: ReadonlyMap<Finish<never>, readonly never[]>
}

export function createDeferred(): Deferred {
  const tasks = new Map<Finish<never>, never[]>()
  const add = (finish: Finish<never>, items: readonly never[]) => {
    const known = tasks.get(finish)
    if (known) known.push(...items)
    else tasks.set(finish, [...items])
  }
  return {
    tasks,
    get empty() {
      return tasks.size === 0
    },
    // Each function is only ever called with its own items, so their types can be ignored in between.
    add: (finish, item) => add(finish as Finish<never>, [item as never]),
    merge(other) {
      for (const [finish, items] of other.tasks) add(finish, items)
    },
    async finish() {
      for (const [finish, items] of tasks) await finish(items)
    },
  }
}
