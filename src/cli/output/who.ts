import type { Cell, Grid } from './view.ts'

/** Somebody in a table: for programs by id, for a person at a terminal by name. */
export interface Who {
  readonly kind: string
  readonly id: string
  /** What programs get. */
  readonly text: string
}

/** Names by id. */
export type Names = ReadonlyMap<string, string>

export function who(kind: string, id: string): Who {
  return { kind, id, text: `${kind} ${id}` }
}

/** `user:5f0c…`, as the API writes it. */
export function whoOf(text: string | undefined): Who | undefined {
  const [kind = '', id = ''] = (text ?? '').split(':')
  return text === undefined ? undefined : { kind, id, text }
}

export function isWho(cell: unknown): cell is Who {
  return typeof cell === 'object' && cell !== null && 'kind' in cell
}

/** The same with names, which are asked for only when the grid has somebody in it. */
export async function withNames(grid: Grid, names: () => Promise<Names>): Promise<Grid> {
  if (!grid.rows.some(row => row.some(isWho))) return grid
  const known = await names()
  const named = (cell: Cell) => (isWho(cell) ? `${cell.kind} ${known.get(cell.id) ?? cell.id}` : cell)
  return { ...grid, rows: grid.rows.map(row => row.map(named)) }
}
