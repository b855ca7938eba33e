import { reduce } from './reduce.ts'
import type { Effect, Happening, State } from './state.ts'

/** The current state, and the listeners for the next one. */
export interface Store {
  state(): State
  dispatch(happening: Happening): void
  subscribe(listener: () => void): () => void
}

/** `work` does the work that the reducer requests; `changed` is called with each state. */
export function storeOf(first: State, now: () => number, work: (effect: Effect) => void): Store {
  const listeners = new Set<() => void>()
  let current = first
  return {
    state: () => current,
    dispatch(happening) {
      const { state, effects } = reduce({ ...current, now: now() }, happening)
      current = state
      for (const listener of listeners) listener()
      for (const effect of effects) work(effect)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
