/** The actions of a person, each with its key: help, palette and the keys themselves use this one table. */
import { rowAt } from './rows.ts'
import { type Place, type State, shown, type Target } from './state.ts'

export type ActionId =
  | 'open'
  | 'back'
  | 'search'
  | 'reveal'
  | 'copy'
  | 'edit'
  | 'rotate'
  | 'access'
  | 'policies'
  | 'vaults'
  | 'agents'
  | 'audit'
  | 'reload'
  | 'palette'
  | 'help'
  | 'suspend'
  | 'quit'

export interface Action {
  readonly id: ActionId
  /** Its name in the help. */
  readonly key: string
  /** One word, for the line of keys. */
  readonly short: string
  /** Its description, for help and palette. */
  readonly says: string
  /** Whether it is possible here; always if absent. */
  readonly fits?: (state: State) => boolean
}

const hasSecret = (state: State) => targetAt(state) !== undefined
const hasVault = (state: State) => 'vault' in shown(state).place && isElsewhere('policies')(state)
const isList = (state: State) => shown(state).place.kind !== 'facts' && state.revealed === undefined
const isElsewhere = (kind: Place['kind']) => (state: State) => shown(state).place.kind !== kind

export const ACTIONS: readonly Action[] = [
  {
    id: 'open',
    key: 'Enter',
    short: 'open',
    says: 'Open the selected row',
    fits: state => rowAt(state, shown(state))?.opens !== undefined,
  },
  { id: 'back', key: 'Esc', short: 'back', says: 'Go back', fits: state => state.screens.length > 1 },
  { id: 'search', key: '/', short: 'search', says: 'Search in this list', fits: isList },
  { id: 'reveal', key: 'r', short: 'reveal', says: 'Reveal the value, or hide it', fits: hasSecret },
  { id: 'copy', key: 'c', short: 'copy', says: 'Copy the value; the clipboard is cleared later', fits: hasSecret },
  { id: 'edit', key: 'e', short: 'edit', says: 'Edit the value in your editor', fits: hasSecret },
  { id: 'rotate', key: 't', short: 'rotate', says: 'Rotate: replace the value with a random one', fits: hasSecret },
  { id: 'access', key: 'w', short: 'who', says: 'Show who can read this secret', fits: hasSecret },
  { id: 'policies', key: 'p', short: 'policies', says: 'Show the policies of this vault', fits: hasVault },
  { id: 'vaults', key: 'v', short: 'vaults', says: 'Show the vaults', fits: isElsewhere('vaults') },
  { id: 'agents', key: 'a', short: 'agents', says: 'Show the agents', fits: isElsewhere('agents') },
  { id: 'audit', key: 'l', short: 'log', says: 'Follow the audit log', fits: isElsewhere('audit') },
  { id: 'reload', key: 'g', short: 'reload', says: 'Reload this list', fits: isList },
  { id: 'palette', key: ':', short: 'find', says: 'Find anything by name, or run an action' },
  { id: 'help', key: '?', short: 'help', says: 'Show the keys' },
  { id: 'suspend', key: 'Ctrl-Z', short: 'stop', says: 'Back to the shell; `fg` returns' },
  { id: 'quit', key: 'q', short: 'quit', says: 'Leave' },
]

/** The actions that can be done now. */
export function actionsAt(state: State): Action[] {
  return ACTIONS.filter(({ fits }) => fits?.(state) ?? true)
}

/** The action of a key, if it can be done now. */
export function actionOf(state: State, key: string): ActionId | undefined {
  return actionsAt(state).find(action => action.key === key)?.id
}

/** The secret that is shown or selected, in the selected version. */
export function targetAt(state: State): Target | undefined {
  const screen = shown(state)
  const { place } = screen
  const row = rowAt(state, screen)
  if (place.kind === 'folder') return row?.secret
  if (place.kind !== 'secret') return undefined
  // The newest version is requested without its number, which also works if only the newest can be read.
  const isNewest = screen.at === 0 && screen.search === ''
  return { vault: place.vault, path: place.path, ...(!isNewest && { version: row?.secret?.version }) }
}

/** Whether this is the secret of a screen. */
export function isSame(one: Target | undefined, other: Target | undefined): boolean {
  return one?.vault.id === other?.vault.id && one?.path === other?.path
}
