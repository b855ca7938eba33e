import { isExactNumber } from '../input/exact-json.ts'
import type { SECRET_TYPES } from '../input/vocabulary.ts'

/** A secret in the form of another tool's file. */
export interface Entry {
  /** From the outside in: vault or folder, item, field. These are the names in the tool, not yet a path. */
  readonly names: readonly string[]
  readonly value: string
  readonly type?: (typeof SECRET_TYPES)[number]
}

/** The content of a file, and what could not be imported. */
export interface Source {
  readonly entries: readonly Entry[]
  /** Sentences for people, without values. */
  readonly notes: readonly string[]
}

/** The names that were left out, by reason. */
export function leftOut(names: readonly string[], why: string): string[] {
  return names.length === 0 ? [] : [`Left out, because ${why}: ${names.join(', ')}.`]
}

/** Values are text. Anything else becomes base64, which `notes` mention. */
export function valueOfFile(bytes: Uint8Array, where: string, notes: string[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    notes.push(`${where} is binary and is imported as base64; read it with --encoding base64-decode.`)
    return Buffer.from(bytes).toString('base64')
  }
}

/** Stands in a tree for a value that only another tool could compute. */
export class Unreadable {
  /** The rest of `Left out, because …`. */
  readonly why: string
  constructor(why: string) {
    this.why = why
  }
}

export type Loose = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !isLeaf(value)
}

function isLeaf(value: unknown): boolean {
  return Array.isArray(value) || value instanceof Unreadable || value instanceof Uint8Array || isExactNumber(value)
}

/** The records of a list; empty if the value is not a list. */
export function recordsOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

/** A non-empty string; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Gives items with the same name different ones, in the order of the file: `Mail`, `Mail 2`; never a name that another item already has.
 */
export function numbering(): (name: string) => string {
  const given = new Set<string>()
  const next = new Map<string, number>()
  return name => {
    let [numbered, count] = [name, next.get(name) ?? 1]
    for (; given.has(numbered); numbered = `${name} ${count}`) count++
    next.set(name, count)
    given.add(numbered)
    return numbered
  }
}
