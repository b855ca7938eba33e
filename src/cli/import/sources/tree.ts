import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, leftOut, type Source } from '../entry.ts'

/**
 * An object of texts, or of objects of them: inner names become folders of the path. A list is one secret, as JSON.
 * @throws Problem `usage` when it is not an object.
 */
export function treeSource(value: unknown): Source {
  if (!isRecord(value)) throw new Problem('usage', 'The file does not have an object with names and values.')
  const empty: string[] = []
  const entries = leaves(value, [], empty)
  return { entries, notes: leftOut(empty, 'they have no value') }
}

/** A path of a secret has room for no more; and what refers to itself never ends. */
const MAX_DEPTH = 256

function leaves(value: unknown, names: readonly string[], empty: string[]): Entry[] {
  if (names.length > MAX_DEPTH) throw new Problem('usage', `The file is nested more than ${MAX_DEPTH} deep.`)
  if (isRecord(value)) return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...names, name], empty))
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : written(value)
  if (text === '') empty.push(names.join('/'))
  return text === '' ? [] : [{ names, value: text }]
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw new Problem('usage', 'The file has a list that is nested too deeply, or within itself.')
  }
}
