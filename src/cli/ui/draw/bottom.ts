import type { Span } from '../../../views/full-screen.tsx'
import { visible } from '../../context/visible.ts'
import { actionsAt } from '../actions.ts'
import { type State, shown } from '../state.ts'
import { type Line, widthOf, wrapped } from './line.ts'

/** The maximum number of lines of a message with its hint. */
const MOST = 4

/** The bottom of the screen: a prompt, a message or the running work, and the keys. */
export function bottomLines(state: State): Line[] {
  return [...saidLines(state), keyLine(state)]
}

function saidLines(state: State): Line[] {
  const { over, message, waiting, revealed } = state
  const { columns } = state.size
  if (over?.kind === 'question') return wrapped(visible(`${over.text} (y/n)`), columns).map(text => [{ text, tone: 'strong' }])
  if (message) {
    const tone = message.kind === 'error' ? 'bad' : 'accent'
    const text = message.kind === 'error' ? `error: ${message.text}` : message.text
    const lines = wrapped(visible(text), columns).map((line): Line => [{ text: line, tone }])
    const hint = message.hint ? wrapped(visible(message.hint), columns).map((line): Line => [{ text: line }]) : []
    return [...lines, ...hint].slice(0, MOST)
  }
  const latest = waiting.at(-1)
  if (latest !== undefined)
    return [
      [
        { text: ' ', tone: 'accent', isSpinner: true },
        { text: ` ${latest}…`, tone: 'dim' },
      ],
    ]
  if (revealed) {
    const seconds = Math.max(0, Math.ceil((revealed.until - state.now) / 1000))
    return [[{ text: `The value is hidden again in ${seconds} s.`, tone: 'dim' }]]
  }
  return [[]]
}

/** As many of the keys as fit; the keys for help and leaving are always shown. */
function keyLine(state: State): Line {
  const always = [key('?', 'help'), key('q', 'quit')]
  if (state.over?.kind === 'question') return [...key('y', 'yes'), ...gap, ...key('n', 'no')]
  if (state.over?.kind === 'palette') return [...key('Enter', 'do it'), ...gap, ...key('Esc', 'close')]
  if (state.over?.kind === 'help') return [...key('↑↓', 'scroll'), ...gap, ...key('Esc', 'close')]
  if (shown(state).isTyping) return [...key('Enter', 'open'), ...gap, ...key('Tab', 'to the list'), ...gap, ...key('Esc', 'end')]
  const others = actionsAt(state)
    .filter(({ id }) => !['help', 'quit', 'suspend', 'reload', 'vaults', 'back'].includes(id))
    .map(action => key(action.key, action.short))
  const shownKeys: Line[] = []
  let room = state.size.columns - always.reduce((sum, line) => sum + widthOf(line) + 2, 0)
  for (const other of others) {
    room -= widthOf(other) + 2
    if (room < 0) break
    shownKeys.push(other)
  }
  return [...shownKeys, ...always].flatMap((line, index) => (index === 0 ? line : [...gap, ...line]))
}

const gap: Line = [{ text: '  ' }]

function key(name: string, does: string): Span[] {
  return [
    { text: name, tone: 'strong' },
    { text: ` ${does}`, tone: 'dim' },
  ]
}
