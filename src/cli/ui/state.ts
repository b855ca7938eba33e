/** The state of `1claw ui`: the reducer creates the next state, and drawing turns it into lines. */
import type { Reply } from '../../client/client.ts'
import type { Key } from '../../views/full-screen.tsx'
import type { AuditEvent } from '../audit/trail.ts'
import type { Agent, Policy, SecretSummary, Vault } from '../output/views/resources.ts'
import type { Member } from '../people/members.ts'

/** A vault, as screens name it. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** The subject of a screen: a list, a secret, or one object with its properties. */
export type Place =
  | { readonly kind: 'vaults' }
  | { readonly kind: 'agents' }
  | { readonly kind: 'audit' }
  | { readonly kind: 'policies'; readonly vault: Named }
  /** `folder` ends with a slash; empty for the whole vault. */
  | { readonly kind: 'folder'; readonly vault: Named; readonly folder: string }
  | { readonly kind: 'secret'; readonly vault: Named; readonly path: string }
  /** The readers of a secret. */
  | { readonly kind: 'access'; readonly vault: Named; readonly path: string }
  | { readonly kind: 'facts'; readonly title: string; readonly facts: readonly Fact[] }

/** Name and value of one property. */
export type Fact = readonly [name: string, text: string]

/** An open screen, with the person's position in it. */
export interface Screen {
  readonly place: Place
  /** Index of the selected row. It can be after the last one; see `rowAt`. */
  readonly at: number
  /** The text of the search; empty for all rows. */
  readonly search: string
  /** Whether keys go into the search. */
  readonly isTyping: boolean
}

export type Principal = Reply<'policies.access'>['principals'][number]

export type Item = Vault | Agent | Member | Policy | SecretSummary | AuditEvent | Principal

/** The loaded part of a list. */
export interface List<T extends Item = Item> {
  readonly items: readonly T[]
  /** The start of the next page; absent on the last page. */
  readonly next?: string | undefined
  readonly isLoading: boolean
  /** It could not be loaded; it is loaded again when the person asks for it. */
  readonly hasFailed?: boolean
}

/** Which list, and what it belongs to. */
export type ListId =
  | { readonly of: 'vaults' | 'agents' | 'members' | 'audit' }
  | { readonly of: 'secrets' | 'policies'; readonly vaultId: string }
  | { readonly of: 'versions' | 'access'; readonly vaultId: string; readonly path: string }

/** A version of a secret; the newest if `version` is absent. */
export interface Target {
  readonly vault: Named
  readonly path: string
  readonly version?: number | undefined
}

/** A value on the screen. */
export interface Revealed extends Target {
  readonly value: string
  /** Milliseconds since 1970 at which it is hidden. */
  readonly until: number
  /** The first visible line of it. */
  readonly top: number
}

export interface Found {
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly vault_id?: string | undefined
  readonly vault_name?: string | undefined
}

/** The window in front of the screen. */
export type Over =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'palette'; readonly text: string; readonly at: number; readonly found: readonly Found[] }
  | { readonly kind: 'question'; readonly id: number; readonly text: string }

export interface Message {
  readonly kind: 'note' | 'error'
  readonly text: string
  /** What the person can do next. */
  readonly hint?: string | undefined
}

export interface State {
  /** The last screen is visible. */
  readonly screens: readonly [Screen, ...Screen[]]
  readonly lists: Readonly<Record<string, List>>
  readonly over?: Over | undefined
  readonly revealed?: Revealed | undefined
  readonly message?: Message | undefined
  /** The running work, newest last. */
  readonly waiting: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  readonly size: Size
  /** The server, as the heading shows it. */
  readonly server: string
  /** How long a value stays on the screen, in milliseconds. */
  readonly hideAfterMs: number
}

/** The size of the terminal, in columns and lines. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** The events. */
export type Happening =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'pasted'; readonly text: string }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'ticked' }
  | {
      readonly type: 'loaded'
      readonly list: ListId
      readonly items: readonly Item[]
      readonly next?: string | undefined
      /** Another page, not the first. */
      readonly isMore: boolean
    }
  | { readonly type: 'notLoaded'; readonly list: ListId }
  | { readonly type: 'happened'; readonly event: AuditEvent }
  | { readonly type: 'revealed'; readonly target: Target; readonly value: string }
  | { readonly type: 'hidden' }
  | { readonly type: 'written'; readonly target: Target }
  | { readonly type: 'found'; readonly text: string; readonly found: readonly Found[] }
  | { readonly type: 'opened'; readonly place: Place }
  | { readonly type: 'asked'; readonly id: number; readonly text: string }
  | { readonly type: 'said'; readonly message: Message | undefined }
  | { readonly type: 'began' | 'ended'; readonly what: string }

/** The work that the reducer requests. */
export type Effect =
  | { readonly type: 'load'; readonly list: ListId; readonly cursor?: string | undefined }
  | { readonly type: 'reveal' | 'copy' | 'edit' | 'rotate'; readonly target: Target }
  | { readonly type: 'find'; readonly text: string }
  | { readonly type: 'openAgent'; readonly id: string }
  | { readonly type: 'answer'; readonly id: number; readonly isYes: boolean }
  | { readonly type: 'suspend' }
  | { readonly type: 'leave'; readonly exitCode: number }

export interface Step {
  readonly state: State
  readonly effects: readonly Effect[]
}

export function initialState(
  options: Pick<State, 'now' | 'server' | 'hideAfterMs'> & { readonly places?: readonly Place[] },
): State {
  const { places = [], ...rest } = options
  return {
    screens: [screenOf({ kind: 'vaults' }), ...places.map(screenOf)],
    lists: {},
    waiting: [],
    size: { columns: 80, rows: 24 },
    ...rest,
  }
}

export function screenOf(place: Place): Screen {
  return { place, at: 0, search: '', isTyping: false }
}

/** The visible screen. */
export function shown({ screens }: State): Screen {
  return screens.at(-1) ?? screens[0]
}

/** The state with a change of the visible screen. */
export function withScreen(state: State, change: Partial<Screen>): State {
  const screens = [...state.screens.slice(0, -1), { ...shown(state), ...change }]
  return { ...state, screens: screens as [Screen, ...Screen[]] }
}

/** The state with another screen on top. */
export function opened(state: State, place: Place): State {
  return { ...state, over: undefined, message: undefined, screens: [...state.screens, screenOf(place)] }
}
