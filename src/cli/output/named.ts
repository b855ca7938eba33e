import { isWho, type Names } from './principal-cell.ts'
import type { Cell, Grid } from './view.ts'

/** The same with names, which are requested only if the table contains principals. */
export async function withNames(grid: Grid, names: () => Promise<Names>): Promise<Grid> {
  if (!grid.rows.some(row => row.some(isWho))) return grid
  const known = await names()
  const named = (cell: Cell) => (isWho(cell) ? `${cell.kind} ${known.get(cell.id) ?? cell.id}` : cell)
  return { ...grid, rows: grid.rows.map(row => row.map(named)) }
}
