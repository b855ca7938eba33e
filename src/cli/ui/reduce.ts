import { isSame, targetAt } from './actions.ts'
import { pressed } from './keys.ts'
import { keyOf } from './list-key.ts'
import { withFailure, withLists, without, withPage } from './lists.ts'
import { type Happening, opened, type State, type Step, shown, withScreen } from './state.ts'

/** The next state, and the work to do. Pure: time and size are in the state. */
export function reduce(state: State, happening: Happening): Step {
  const step = after(state, happening)
  const { state: settled, effects } = withLists(withoutStale(step.state))
  return { state: settled, effects: [...step.effects, ...effects] }
}

function after(state: State, happening: Happening): Step {
  if (happening.type === 'key') return pressed(state, happening.key)
  return { state: changed(state, happening), effects: pastedEffects(state, happening) }
}

function changed(state: State, happening: Exclude<Happening, { type: 'key' }>): State {
  switch (happening.type) {
    case 'pasted':
      return pasted(state, happening.text)
    case 'resized':
      return { ...state, size: happening.size }
    case 'ticked':
      return state
    case 'loaded':
      return withPage(state, happening.list, happening.items, happening.next, happening.isMore)
    case 'notLoaded':
      return withFailure(state, happening.list)
    case 'happened':
      return withEvent(state, happening.event)
    case 'revealed': {
      const { target, value } = happening
      return { ...state, revealed: { ...target, value, until: state.now + state.hideAfterMs, top: 0 } }
    }
    case 'hidden':
      return { ...state, revealed: undefined }
    case 'written': {
      const { vault, path } = happening.target
      const stale = { ...state, revealed: undefined }
      return without(stale, { of: 'secrets', vaultId: vault.id }, { of: 'versions', vaultId: vault.id, path })
    }
    case 'found':
      return state.over?.kind === 'palette' && state.over.text === happening.text
        ? { ...state, over: { ...state.over, found: happening.found } }
        : state
    case 'opened':
      return opened(state, happening.place)
    case 'asked':
      return { ...state, revealed: undefined, over: { kind: 'question', id: happening.id, text: happening.text } }
    case 'said':
      return { ...state, message: happening.message }
    case 'began':
      return { ...state, waiting: [...state.waiting, happening.what] }
    case 'ended':
      return { ...state, waiting: withoutOne(state.waiting, happening.what) }
  }
}

/** A value is visible only on the screen of its secret, and only for a limited time. */
function withoutStale(state: State): State {
  const { revealed, now } = state
  if (!revealed) return state
  const isHere = shown(state).place.kind === 'secret' && isSame(revealed, targetAt(state))
  return isHere && now < revealed.until ? state : { ...state, revealed: undefined }
}

/** New events are added at the top; the selected row stays selected. */
function withEvent(state: State, event: Extract<Happening, { type: 'happened' }>['event']): State {
  const key = keyOf({ of: 'audit' })
  const list = state.lists[key]
  if (!list) return state
  const next = { ...state, lists: { ...state.lists, [key]: { ...list, items: [event, ...list.items] } } }
  const screen = shown(next)
  return screen.place.kind === 'audit' && screen.at > 0 && screen.search === '' ? withScreen(next, { at: screen.at + 1 }) : next
}

/** Pasted text is text, never keys: it is only used where text can be typed. */
function pasted(state: State, text: string): State {
  const line = text.split(/[\r\n]/)[0] ?? ''
  if (state.over?.kind === 'palette') return { ...state, over: { ...state.over, text: state.over.text + line, at: 0 } }
  const screen = shown(state)
  return state.over === undefined && screen.isTyping ? withScreen(state, { search: screen.search + line, at: 0 }) : state
}

function pastedEffects(state: State, happening: Happening): Step['effects'] {
  if (happening.type !== 'pasted' || state.over?.kind !== 'palette') return []
  const after = pasted(state, happening.text).over
  return after?.kind === 'palette' ? [{ type: 'find', text: after.text }] : []
}

function withoutOne(all: readonly string[], one: string): readonly string[] {
  const at = all.indexOf(one)
  return at === -1 ? all : all.toSpliced(at, 1)
}
