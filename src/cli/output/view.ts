import { isMoment, type Moment } from './moment.ts'
import { isWho, type Who } from './principal-cell.ts'

export type Cell = string | number | boolean | readonly string[] | Moment | Who | undefined

/** How rows of one kind are shown in formats other than JSON. */
export interface View<Row> {
  /** Heading → cell, from left to right. */
  readonly columns: Readonly<Record<string, (row: Row) => Cell>>
  /** The output of `--output name` for a row. */
  readonly name: (row: Row) => string
  /** Its cells show values of secrets: they are printed directly, and never given to another program. */
  readonly isSecret?: true
}

/** The fields that are shown after a change, by name; the first one identifies the object. */
export type Facts = Readonly<Record<string, Cell>>

export function factsView(facts: Facts): View<Facts> {
  const names = Object.keys(facts)
  return {
    columns: Object.fromEntries(names.map(name => [name, ({ [name]: cell }: Facts) => cell])),
    name: row => plainText(row[names[0] ?? '']),
  }
}

/** Headings and cells. */
export interface Grid {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export function gridOf<Row>(rows: readonly Row[], view: View<Row>): Grid {
  const columns = Object.entries(view.columns)
  return {
    headings: columns.map(([heading]) => heading),
    rows: rows.map(row => columns.map(([, cell]) => cell(row))),
  }
}

/** A cell for programs: an empty string for missing values, commas between the items of a list. */
export function plainText(cell: Cell): string {
  if (cell === undefined) return ''
  if (isMoment(cell)) return cell.at
  if (isWho(cell)) return cell.text
  return typeof cell === 'object' ? cell.join(',') : String(cell)
}
