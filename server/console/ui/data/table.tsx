import type { ReactNode } from 'react'
import { cardsWhereNarrow } from './cards.ts'

export interface Column<Row> {
  readonly title: string
  /** Replaces the title in the head of the column: a button that sorts by it. */
  readonly heading?: ReactNode
  /** The current order of the rows by this column. */
  readonly sorted?: 'ascending' | 'descending' | undefined
  cell(row: Row): ReactNode
  /** `name`: the header of the row; `actions`: its buttons; `number`: aligned to the right; `short`: on one line. */
  readonly kind?: 'name' | 'number' | 'actions' | 'short'
}

interface TableProps<Row> {
  /** Name of the table, for screen readers only. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row): string
  /** Shown in place of a table without rows. */
  empty: ReactNode
}

/** A list of things of one kind. Empty columns are left out. If the table is too wide, each row becomes a card whose cells name their columns. */
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
