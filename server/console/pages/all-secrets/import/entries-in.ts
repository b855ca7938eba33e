import { isPattern } from '../../../../../src/path-pattern.ts'

/** An entry of a file: a path and its value. */
export interface Entry {
  readonly path: string
  readonly value: string
}

/** The entries of a file, or its fault. */
export type Read = { readonly entries: readonly Entry[] } | { readonly fault: string }

/**
 * The entries of a `.env` or JSON file, each below a folder.
 * @param folder empty for none
 */
export function entriesIn(text: string, folder: string): Read {
  const json = text.trimStart().startsWith('{')
  const found = json ? jsonEntries(text) : { entries: dotenvEntries(text) }
  if ('fault' in found) return found
  const prefix = folder.trim().replace(/^\/+|\/+$/g, '')
  const entries = found.entries
    .filter(({ value }) => value !== '')
    .map(({ path, value }) => ({ path: prefix === '' ? path : `${prefix}/${path}`, value }))
  const wrong = entries.find(({ path }) => !isPath(path))
  if (wrong) return { fault: `${JSON.stringify(wrong.path)} cannot be a path. Use letters, digits, - _ . and / without spaces.` }
  return { entries: [...new Map(entries.map(entry => [entry.path, entry])).values()] }
}

/** A name, and a value in quotes, which may have line breaks, or up to the end of its line or a comment. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([^\s=#][^=\n]*?)[ \t]*=[ \t]*(?:"((?:[^"])*)"|'([^']*)'|`([^`]*)`|([^\n#]*))/gm

/** As Node reads them: in double quotes, `\n` is a line break. */
export function dotenvEntries(text: string): Entry[] {
  return Array.from(text.replaceAll('\r\n', '\n').matchAll(ASSIGNMENT), match => {
    const [, name = '', double, single, back, bare = ''] = match
    const value = double !== undefined ? double.replaceAll('\\n', '\n') : (single ?? back ?? bare.trim())
    return { path: name, value }
  })
}

/** Texts, numbers and booleans; the fields of an object become a folder. */
function jsonEntries(text: string): { entries: Entry[] } | { fault: string } {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { fault: 'This is not valid JSON.' }
  }
  const entries: Entry[] = []
  const faults: string[] = []
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') entries.push({ path, value })
    else if (typeof value === 'number' || typeof value === 'boolean') entries.push({ path, value: String(value) })
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}/${name}`)
    } else faults.push(path)
  }
  walk(parsed, '')
  return faults.length > 0 ? { fault: `${faults[0]} is a list or null; a secret is a text.` } : { entries }
}

/** A path is a pattern without stars. */
function isPath(path: string): boolean {
  return path.length <= 512 && !path.includes('*') && isPattern(path)
}
