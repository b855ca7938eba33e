import { Problem } from '../../../problem.ts'

/** A line of a CSV file by column names, in lower case. */
export type Row = Readonly<Record<string, string>>

/**
 * The lines of a CSV file with a heading.
 * @throws Problem `usage` when a line has other columns than the first; it repeats nothing of it
 */
export async function csvRows(text: string): Promise<readonly Row[]> {
  const { parse } = await import('csv-parse/sync')
  try {
    const columns = (names: string[]) => names.map(name => name.trim().toLowerCase())
    return parse<Row>(text, { columns, bom: true, skip_empty_lines: true })
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? ` (line ${error.lines})` : ''
    throw new Problem('usage', `The CSV file cannot be read${line}: its lines do not have the columns of the first.`)
  }
}

/** The tool whose CSV files have this heading; nothing for any other. */
export function csvOrigin(text: string): '1password' | 'infisical' | undefined {
  const heading = (text.split(/\r?\n/, 1)[0] ?? '').toLowerCase().split(',')
  const columns = heading.map(name => name.trim().replace(/^"(.*)"$/, '$1'))
  if (columns.includes('title') && columns.length > 1) return '1password'
  return columns[0] === 'key' && columns[1] === 'value' ? 'infisical' : undefined
}
