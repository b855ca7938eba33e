import { keyOf } from './list-key.ts'
import { rowsOf } from './rows.ts'
import { type Effect, type Item, type List, type ListId, type Place, type Screen, type State, shown } from './state.ts'

/** The list of a screen; a screen with properties has none. */
function listOf(place: Place): ListId | undefined {
  switch (place.kind) {
    case 'vaults':
    case 'agents':
    case 'audit':
      return { of: place.kind }
    case 'policies':
      return { of: 'policies', vaultId: place.vault.id }
    case 'folder':
      return { of: 'secrets', vaultId: place.vault.id }
    case 'secret':
      return { of: 'versions', vaultId: place.vault.id, path: place.path }
    case 'access':
      return { of: 'access', vaultId: place.vault.id, path: place.path }
    case 'facts':
      return undefined
  }
}

/** Lists that other lists need: they translate ids to names. */
function alsoWanted(place: Place): readonly ListId[] {
  switch (place.kind) {
    case 'policies':
    case 'secret':
      return [{ of: 'agents' }, { of: 'members' }]
    case 'audit':
      return [{ of: 'agents' }, { of: 'members' }, { of: 'vaults' }]
    default:
      return []
  }
}

/** The number of rows that are loaded beyond the selected one. */
const AHEAD = 100

/** The state, with the lists that it needs marked as loading, and the work to load them: the first page, and the next one near its end. */
export function withLists(state: State): { state: State; effects: Effect[] } {
  const screen = shown(state)
  const main = listOf(screen.place)
  const effects: Effect[] = []
  let lists = state.lists
  const load = (list: ListId, known: List | undefined) => {
    effects.push({ type: 'load', list, ...(known?.next !== undefined && { cursor: known.next }) })
    lists = { ...lists, [keyOf(list)]: { items: [], ...known, isLoading: true } }
  }
  for (const list of [...(main ? [main] : []), ...alsoWanted(screen.place)]) {
    if (!lists[keyOf(list)]) load(list, undefined)
  }
  const known = main && lists[keyOf(main)]
  if (main && known && isWanting(state, screen, known)) load(main, known)
  return { state: lists === state.lists ? state : { ...state, lists }, effects }
}

/** The number of items that a search fetches: an audit log can have millions. More are loaded when their end is reached. */
const SEARCHED = 10_000

/** A search covers everything, or much of it; otherwise pages are loaded as they are reached. */
function isWanting(state: State, screen: Screen, { items, isLoading, hasFailed, next }: List): boolean {
  if (isLoading || hasFailed || next === undefined) return false
  if (screen.search !== '' && items.length >= SEARCHED) return false
  return screen.search !== '' || screen.at + AHEAD >= rowsOf(state, screen).rows.length
}

/** The state after a page has arrived. */
export function withPage(state: State, id: ListId, items: readonly Item[], next: string | undefined, isMore: boolean): State {
  const key = keyOf(id)
  const before = isMore ? (state.lists[key]?.items ?? []) : []
  return { ...state, lists: { ...state.lists, [key]: { items: [...before, ...items], next, isLoading: false } } }
}

/** The state with a list that could not be loaded. */
export function withFailure(state: State, id: ListId): State {
  const key = keyOf(id)
  return { ...state, lists: { ...state.lists, [key]: { items: [], ...state.lists[key], isLoading: false, hasFailed: true } } }
}

/** The state without the data of the current screen, so it is loaded again. */
export function forgotten(state: State): State {
  const list = listOf(shown(state).place)
  return list ? without(state, list) : state
}

/** The state without a list. */
export function without(state: State, ...ids: readonly ListId[]): State {
  const keys = ids.map(keyOf)
  return { ...state, lists: Object.fromEntries(Object.entries(state.lists).filter(([key]) => !keys.includes(key))) }
}
