import type { Key } from '../../views/full-screen.tsx'
import { acted, back } from './acting.ts'
import { actionOf } from './actions.ts'
import { entriesOf } from './palette.ts'
import { rowsOf } from './rows.ts'
import { type Effect, type Over, opened, type State, type Step, shown, withScreen } from './state.ts'
import { valueLines } from './value-lines.ts'

const still = (state: State, ...effects: Effect[]): Step => ({ state, effects })

/** The result of a key. */
export function pressed(before: State, key: Key): Step {
  // A message is shown until the next key.
  const state = { ...before, message: undefined }
  if (key.ctrl) return controlled(state, key)
  if (state.over?.kind === 'question') return answered(state, state.over, key)
  if (state.over?.kind === 'palette') return inPalette(state, state.over, key)
  if (state.over?.kind === 'help') return inHelp(state, state.over, key)
  if (shown(state).isTyping) return inSearch(state, key)
  return inPlace(state, key)
}

function controlled(state: State, key: Key): Step {
  if (key.text === 'c') return still(state, { type: 'leave', exitCode: 130 })
  if (key.text === 'z') return acted(state, 'suspend')
  if (state.over?.kind === 'question') return still(state)
  if (key.text === 'k' || key.text === 'p') return acted(state, 'palette')
  if (key.text === 'n') return pressed(state, { ...key, ctrl: false, name: 'down' })
  if (key.text === 'u') return cleared(state)
  return still(state)
}

function cleared(state: State): Step {
  if (state.over?.kind === 'palette') return still({ ...state, over: { ...state.over, text: '', at: 0, found: [] } })
  return still(shown(state).isTyping ? withScreen(state, { search: '', at: 0 }) : state)
}

/** Only a single key press means yes, never a paste. */
function answered(state: State, { id }: Extract<Over, { kind: 'question' }>, { name, text, isAlone }: Key): Step {
  const done = (isYes: boolean) => still({ ...state, over: undefined }, { type: 'answer', id, isYes })
  if (name === 'text' && isAlone && text.toLowerCase() === 'y') return done(true)
  return name === 'escape' || (name === 'text' && text.toLowerCase() === 'n') ? done(false) : still(state)
}

function inHelp(state: State, help: Extract<Over, { kind: 'help' }>, { name, text }: Key): Step {
  const move = STEPS[name === 'text' ? text : name]
  if (move === undefined) return still({ ...state, over: undefined })
  return still({ ...state, over: { ...help, top: Math.max(0, help.top + move) } })
}

function inPalette(state: State, palette: Extract<Over, { kind: 'palette' }>, { name, text }: Key): Step {
  const entries = entriesOf(state, palette)
  const typed = (next: string) =>
    still(
      { ...state, over: { ...palette, text: next, at: 0, found: next === '' ? [] : palette.found } },
      { type: 'find', text: next },
    )
  if (name === 'escape') return still({ ...state, over: undefined })
  if (name === 'text') return typed(palette.text + text)
  if (name === 'backspace') return typed([...palette.text].slice(0, -1).join(''))
  if (name === 'enter') {
    const does = entries[Math.min(palette.at, entries.length - 1)]?.does
    const closed = { ...state, over: undefined }
    if (!does) return still(state)
    if ('action' in does) return acted(closed, does.action)
    return 'opens' in does ? still(opened(closed, does.opens)) : still(closed, does.effect)
  }
  const at = movedTo(Math.min(palette.at, entries.length - 1), name, '', entries.length, state.size.rows - 6)
  return still(at === undefined ? state : { ...state, over: { ...palette, at } })
}

function inSearch(state: State, key: Key): Step {
  const { search } = shown(state)
  if (key.name === 'text') return still(withScreen(state, { search: search + key.text, at: 0 }))
  if (key.name === 'backspace') return still(withScreen(state, { search: [...search].slice(0, -1).join(''), at: 0 }))
  if (key.name === 'escape') return still(withScreen(state, { search: '', at: 0, isTyping: false }))
  // Enter opens the best match.
  if (key.name === 'enter') return acted(withScreen(state, { isTyping: false }), 'open')
  if (key.name === 'tab') return still(withScreen(state, { isTyping: false }))
  return moved(state, key)
}

function inPlace(state: State, key: Key): Step {
  if (key.name === 'escape' || key.name === 'left' || key.name === 'backspace') return still(back(state))
  const action = actionOf(state, key.name === 'text' ? key.text : key.name === 'enter' || key.name === 'right' ? 'Enter' : '')
  return action ? acted(state, action) : moved(state, key)
}

function moved(state: State, { name, text }: Key): Step {
  const page = Math.max(1, state.size.rows - 6)
  const letter = shown(state).isTyping ? '' : text
  if (state.revealed) {
    const lines = valueLines(state.revealed.value, state.size.columns - 2).length
    const top = movedTo(state.revealed.top, name, letter, lines, page)
    return still(top === undefined ? state : { ...state, revealed: { ...state.revealed, top } })
  }
  const screen = shown(state)
  const count = screen.place.kind === 'facts' ? screen.place.facts.length : rowsOf(state, screen).rows.length
  const at = movedTo(Math.min(screen.at, Math.max(0, count - 1)), name, letter, count, page)
  return still(at === undefined ? state : withScreen(state, { at }))
}

const STEPS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, pageUp: -10, pageDown: 10, ' ': 10 }

/** The new selection after a key, among so many rows; undefined for a key that does not move it. */
function movedTo(at: number, name: Key['name'], letter: string, count: number, page: number): number | undefined {
  const to = { up: at - 1, down: at + 1, pageUp: at - page, pageDown: at + page, home: 0, end: count - 1 }[name as string]
  const by = { k: at - 1, j: at + 1, ' ': at + page, G: count - 1 }[name === 'text' ? letter : '']
  const next = to ?? by
  return next === undefined ? undefined : Math.max(0, Math.min(next, count - 1))
}
