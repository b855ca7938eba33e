import { visible } from '../../context/visible.ts'
import { rowsOf } from '../rows.ts'
import { type Place, type State, shown } from '../state.ts'
import { bottomLines } from './bottom.ts'
import { apart, clipped, fitted, type Line, padded } from './line.ts'
import { tableLines } from './table.ts'
import { valuePane } from './value.ts'
import { helpLines, paletteLines } from './windows.ts'

/** The whole screen: as many lines as the terminal has, and no line wider than it is. */
export function frameOf(state: State): Line[] {
  const { columns, rows } = state.size
  const bottom = bottomLines(state)
  const height = Math.max(1, rows - 2 - bottom.length)
  const body = bodyLines(state, columns, height).slice(0, height)
  const filled = [...body, ...Array.from({ length: height - body.length }, (): Line => [])]
  return [headLine(state), searchLine(state), ...filled, ...bottom].map(line => fitted(unseen(line), columns)).slice(0, rows)
}

/** Text from others must not control the terminal, wherever it is shown. */
function unseen(line: Line): Line {
  return line.map(span => ({ ...span, text: visible(span.text) }))
}

/** The current place, and the server. */
function headLine(state: State): Line {
  const { columns } = state.size
  const title = clipped(titleOf(shown(state).place), columns - 9, 'start')
  return apart(
    [{ text: '1claw', tone: 'accent' }, { text: ' › ' }, { text: title, tone: 'strong' }],
    [{ text: state.server, tone: 'dim' }],
    columns,
  )
}

function titleOf(place: Place): string {
  switch (place.kind) {
    case 'vaults':
      return 'vaults'
    case 'agents':
      return 'agents'
    case 'audit':
      return 'audit log'
    case 'policies':
      return `${visible(place.vault.name)} › policies`
    case 'folder':
      return [place.vault.name, ...place.folder.split('/').filter(Boolean)].map(visible).join(' › ')
    case 'secret':
      return `${visible(place.vault.name)} › ${visible(place.path)}`
    case 'access':
      return `${visible(place.vault.name)} › ${visible(place.path)} › who can read it`
    case 'facts':
      return visible(place.title)
  }
}

/** The text of the search, and the number of results. */
function searchLine(state: State): Line {
  const screen = shown(state)
  const { rows, total, isLoading, hasMore } = rowsOf(state, screen)
  const { columns } = state.size
  if (screen.place.kind === 'facts' || state.revealed || state.over?.kind === 'help' || state.over?.kind === 'palette') return []
  const more = hasMore ? '+' : ''
  const at = rows.length === 0 ? 0 : Math.min(screen.at, rows.length - 1) + 1
  const count = rows.length < total ? `${rows.length} found of ${total}${more}` : `${at} of ${total}${more}`
  const right: Line = isLoading && total === 0 ? [] : [{ text: count, tone: 'dim' }]
  if (!screen.isTyping && screen.search === '') return apart([], right, columns)
  const text = clipped(visible(screen.search), Math.max(1, columns - 24), 'start')
  return apart([{ text: '/ ', tone: 'accent' }, { text }, { text: screen.isTyping ? '▏' : '', tone: 'accent' }], right, columns)
}

function bodyLines(state: State, width: number, height: number): Line[] {
  const { over } = state
  if (over?.kind === 'help') return helpLines(over, width, height)
  if (over?.kind === 'palette') return paletteLines(state, over, width, height)
  const screen = shown(state)
  if (screen.place.kind === 'facts') return factLines(screen.place.facts, screen.at, width, height)
  if (screen.place.kind === 'secret') {
    if (state.revealed) return valuePane(state.revealed, width, height)
    return [...hiddenValue(), ...listLines(state, width, height - 2)]
  }
  return listLines(state, width, height)
}

/** A fixed length: even the length of a value is secret. */
function hiddenValue(): Line[] {
  return [[{ text: '  VALUE  ', tone: 'dim' }, { text: '••••••••' }, { text: '  r reveals it, c copies it', tone: 'dim' }], []]
}

function listLines(state: State, width: number, height: number): Line[] {
  const screen = shown(state)
  const table = rowsOf(state, screen)
  const at = Math.min(screen.at, table.rows.length - 1)
  if (table.rows.length > 0) return tableLines(table, at, width, height, state.now)
  return [[{ text: `  ${emptyText(state, table.isLoading)}`, tone: 'dim' }]]
}

function emptyText(state: State, isLoading: boolean): string {
  const { place, search } = shown(state)
  if (isLoading) return 'Loading…'
  if (search !== '') return 'Nothing matches.'
  switch (place.kind) {
    case 'vaults':
      return 'No vaults. Create one: 1claw vaults create <name>'
    case 'folder':
      return 'No secrets that you can read. Write one: 1claw secrets set <path>'
    case 'policies':
      return 'No policies: only the vault’s creator and admins have access.'
    case 'agents':
      return 'No agents. Create one: 1claw agents create <name>'
    default:
      return 'Nothing here.'
  }
}

function factLines(facts: readonly (readonly [string, string])[], at: number, width: number, height: number): Line[] {
  const widest = Math.min(24, Math.max(0, ...facts.map(([name]) => name.length)))
  const from = Math.max(0, Math.min(at, facts.length - height))
  return facts
    .slice(from, from + height)
    .map(
      ([name, text]): Line => [{ text: `  ${padded(name, widest)}  `, tone: 'dim' }, { text: clipped(text, width - widest - 4) }],
    )
}
