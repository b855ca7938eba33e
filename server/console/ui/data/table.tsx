import type { ReactNode } from 'react'
import { cardsWhereNarrow } from './cards.ts'

export interface Column<Row> {
  readonly title: string
  /** Stands at the head of the column instead of its title: a button that sorts by it. */
  readonly heading?: ReactNode
  /** How the rows are sorted by it now. */
  readonly sorted?: 'ascending' | 'descending' | undefined
  cell(row: Row): ReactNode
  /** `name`: what the row is about, its header; `actions`: its buttons; `number`: set to the right; `short`: never broken into lines. */
  readonly kind?: 'name' | 'number' | 'actions' | 'short'
}

interface TableProps<Row> {
  /** What the rows are; read out, not shown. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row): string
  /** Stands in place of a table without rows. */
  empty: ReactNode
}

/** A list of things of one kind. A column in which no row has anything is left out. Where it is too wide each row is a card, and every cell names its column. */
export function Table<Row>({ caption, columns, rows, keyOf, empty }: TableProps<Row>) {
  if (rows.length === 0) return <div className="empty">{empty}</div>
  const shown = columns.filter(({ kind, cell }) => kind === 'actions' || rows.some(row => !isNothing(cell(row))))
  return (
    <table className="table" ref={cardsWhereNarrow}>
      <caption className="only-heard">{caption}</caption>
      <thead>
        <tr>
          {shown.map(({ title, kind, heading, sorted }) => (
            <th key={title} scope="col" className={kind && `cell-${kind}`} aria-sort={sorted}>
              {kind === 'actions' ? <span className="only-heard">{title}</span> : (heading ?? title)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)}>
            {shown.map(column => (
              <Cell key={column.title} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function isNothing(content: ReactNode): boolean {
  return content === null || content === undefined || content === false || content === ''
}

function Cell<Row>({ column: { title, cell, kind }, row }: { column: Column<Row>; row: Row }) {
  const className = kind && `cell-${kind}`
  if (kind === 'name') {
    return (
      <th scope="row" className={className}>
        {cell(row)}
      </th>
    )
  }
  return (
    <td className={className} data-title={title}>
      {cell(row)}
    </td>
  )
}
