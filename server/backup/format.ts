import { createHash, type Hash } from 'node:crypto'
import type { Copied } from '../db/copy/load.ts'
import type { Cell, Row } from '../db/copy/snapshot.ts'

/**
 * A backup is an age file (https://age-encryption.org/v1) of JSON lines: a head, a line for each row of each table, the root key file if
 * requested, and an end. It is independent of its engine.
 */
export const FORMAT = '1claw-backup'
export const VERSION = 1

export interface Head {
  readonly format: typeof FORMAT
  readonly version: typeof VERSION
  readonly created_at: string
  /** Of 1claw. */
  readonly made_by: string
  readonly engine: string
  readonly migrations: readonly string[]
  /** Provider and fingerprint of the data's keys. */
  readonly keys: string
  /** `none`, or `root.key` if the file of the software key store is inside. */
  readonly key_files: 'none' | 'root.key'
}

/** The totals that must have been read before the end. */
export interface End {
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>
  /** The newest event of each organisation's audit log, as in `audit_heads`. */
  readonly audit_heads: readonly { readonly org_id: string; readonly seq: number; readonly integrity_hash: string }[]
  /** A digest of every (vault, path, version) with the hash of its value, see `values.ts`; empty if it was made without keys. */
  readonly values: { readonly count: number; readonly unreadable: number; readonly digest: string }
  /** SHA-256 of all lines before this one. */
  readonly digest: string
}

export type Line =
  | { readonly head: Head }
  | { readonly t: string; readonly r: Readonly<Record<string, unknown>> }
  | { readonly file: 'root.key'; readonly bytes: string }
  | { readonly end: End }

export function rowLine(table: string, row: Row): Line {
  return { t: table, r: Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, writtenCell(cell)])) }
}

export function rowOf({ t, r }: Extract<Line, { readonly t: string }>): Copied {
  return { table: t, row: Object.fromEntries(Object.entries(r).map(([name, cell]) => [name, readCell(cell)])) }
}

function writtenCell(cell: Cell): unknown {
  return cell instanceof Uint8Array ? { b: Buffer.from(cell).toString('base64') } : cell
}

function readCell(cell: unknown): Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return cell
  if (typeof cell === 'object' && 'b' in cell && typeof cell.b === 'string') return Buffer.from(cell.b, 'base64')
  throw new TypeError('A cell of a backup is neither text nor number nor bytes')
}

/** The digest over lines, and the bytes of each. */
export function lineWriter(): { bytes(line: Line): Buffer; digest(): string } {
  const hash: Hash = createHash('sha256')
  return {
    bytes(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      hash.update(bytes)
      return bytes
    },
    digest: () => hash.copy().digest('hex'),
  }
}
