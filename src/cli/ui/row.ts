import type { Cell } from '../output/view.ts'
import type { Named, Place } from './state.ts'

/** One line of a list. */
export interface Row {
  /** The text that a search matches. */
  readonly name: string
  readonly cells: readonly Cell[]
  /** The target of Enter. */
  readonly opens?: Place
  /** The secret of the row. */
  readonly secret?: { readonly vault: Named; readonly path: string; readonly version?: number }
}

export interface Table {
  readonly headings: readonly string[]
  readonly rows: readonly Row[]
  /** The number of rows without the search. */
  readonly total: number
  readonly isLoading: boolean
  /** Whether there are more pages. */
  readonly hasMore: boolean
}
