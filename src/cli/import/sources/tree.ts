import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, leftOut, type Source, Unreadable, valueOfFile } from '../entry.ts'

/**
 * An object of texts, or of nested objects: inner names become folders of the path. A list is one secret, as JSON.
 * @throws Problem `usage` when it is not an object
 */
export function treeSource(value: unknown): Source {
  if (!isRecord(value)) throw new Problem('usage', 'The file does not have an object with names and values.')
  const notes: string[] = []
  const reasons = new Map<string, string[]>()
  const entries = leaves(value, [], (names, inner) => {
    const text = inner instanceof Uint8Array ? valueOfFile(inner, names.join('/'), notes) : textOf(inner)
    if (typeof text === 'string' && text !== '') return [{ names, value: text }]
    const why = text instanceof Unreadable ? text.why : 'they have no value'
    reasons.set(why, [...(reasons.get(why) ?? []), names.join('/')])
    return []
  })
  return { entries, notes: [...notes, ...[...reasons].flatMap(([why, names]) => leftOut(names, why))] }
}

/** The maximum depth of a path; a structure that refers to itself never ends. */
const MAX_DEPTH = 256

type ToEntries = (names: readonly string[], leaf: unknown) => Entry[]

function leaves(value: unknown, names: readonly string[], toEntries: ToEntries): Entry[] {
  if (names.length > MAX_DEPTH) throw new Problem('usage', `The file is nested more than ${MAX_DEPTH} deep.`)
  if (!isRecord(value)) return toEntries(names, value)
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...names, name], toEntries))
}

/** Undefined without a value. */
function textOf(value: unknown): string | Unreadable | undefined {
  if (typeof value === 'string' || value instanceof Unreadable) return value
  return value === null || value === undefined ? undefined : written(value)
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw new Problem('usage', 'The file has a list that is nested too deeply, or within itself.')
  }
}
