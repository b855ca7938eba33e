import { type ActionId, isSame, targetAt } from './actions.ts'
import { forgotten } from './lists.ts'
import { rowAt } from './rows.ts'
import { type Effect, opened, type Place, type State, type Step, screenOf, shown, withScreen } from './state.ts'

/** The result of an action. */
export function acted(state: State, action: ActionId): Step {
  const step = (next: State, ...effects: Effect[]): Step => ({ state: next, effects })
  const target = targetAt(state)
  switch (action) {
    case 'open': {
      const place = rowAt(state, shown(state))?.opens
      return step(place ? opened(state, place) : state)
    }
    case 'back':
      return step(back(state))
    case 'search':
      return step(withScreen(state, { isTyping: true }))
    case 'reveal':
      if (state.revealed && isSame(state.revealed, target)) return step({ ...state, revealed: undefined })
      return target ? step(secretScreen(state, target), { type: 'reveal', target }) : step(state)
    case 'copy':
    case 'edit':
    case 'rotate':
      return target ? step(state, { type: action, target }) : step(state)
    case 'access':
      return step(target ? opened(state, { kind: 'access', vault: target.vault, path: target.path }) : state)
    case 'policies': {
      const { place } = shown(state)
      return step('vault' in place ? opened(state, { kind: 'policies', vault: place.vault }) : state)
    }
    case 'vaults':
      return step({ ...state, screens: [screenOf({ kind: 'vaults' })] })
    case 'agents':
    case 'audit':
      return step(opened(state, { kind: action }))
    case 'reload':
      return step(forgotten(state))
    case 'palette':
      return step({ ...state, over: { kind: 'palette', text: '', at: 0, found: [] } })
    case 'help':
      return step({ ...state, over: { kind: 'help', top: 0 } })
    case 'suspend':
      return step({ ...state, revealed: undefined }, { type: 'suspend' })
    case 'quit':
      return step(state, { type: 'leave', exitCode: 0 })
  }
}

/** First hides a value, then clears a search, then leaves the screen. */
export function back(state: State): State {
  if (state.revealed) return { ...state, revealed: undefined }
  if (shown(state).search !== '') return withScreen(state, { search: '', at: 0, isTyping: false })
  const [first, ...others] = state.screens
  return { ...state, screens: [first, ...others.slice(0, -1)] }
}

/** A value is shown on the screen of its secret. */
function secretScreen(
  state: State,
  { vault, path }: { readonly vault: { id: string; name: string }; readonly path: string },
): State {
  const place: Place = { kind: 'secret', vault, path }
  return shown(state).place.kind === 'secret' ? state : opened(state, place)
}
