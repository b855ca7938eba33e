import { type Grid, plainText } from './view.ts'

/** RFC 4180, with a heading line and CRLF. A cell that a spreadsheet would run as a formula gets a leading `'`. */
export function csvText({ headings, rows }: Grid): string {
  const lines = [headings, ...rows.map(row => row.map(plainText))]
  return lines.map(line => `${line.map(csvCell).join(',')}\r\n`).join('')
}

function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Tabs between cells; tab, newline, carriage return and backslash in a cell are written as `\t`, `\n`, `\r`, `\\`. */
export function tsvText({ headings, rows }: Grid): string {
  return [headings, ...rows.map(row => row.map(plainText))].map(line => `${line.map(tsvCell).join('\t')}\n`).join('')
}

/** The same without headings, for `cut` and `awk`. */
export function plainLines({ rows }: Grid): string {
  return rows.map(row => `${row.map(cell => tsvCell(plainText(cell))).join('\t')}\n`).join('')
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function tsvCell(text: string): string {
  return text.replace(/[\\\t\n\r]/g, character => ESCAPES[character] ?? character)
}
