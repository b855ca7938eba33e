import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Problem } from '../../problem.ts'
import { within } from '../context/working-folder.ts'
import { fitsGlob } from '../input/glob.ts'
import { SCHEME } from './reference.ts'

/** A text that starts as a reference does, and where it stands. */
export interface Mention {
  readonly file: string
  readonly line: number
  readonly text: string
  /** A template has a text for the case that the secret does not exist. */
  readonly has_default?: true
}

/** What other tools have put there, and nobody's own files. */
const SKIPPED = ['.git', 'node_modules', '.venv', '__pycache__', '.terraform']

/** A larger file is data. */
const MAX_BYTES = 2 * 1024 * 1024

/** What a reference is made of; vaults and fields are percent-encoded. */
const MENTION = new RegExp(`${SCHEME}[A-Za-z0-9_.~%/?=&:@+,;!*()-]*`, 'g')

/** The references of a text. What ends a sentence around one does not belong to it. */
export function mentions(text: string, file: string): Mention[] {
  return text.split('\n').flatMap((line, index) => {
    return [...line.matchAll(MENTION)].map(match => {
      const text = match[0].replace(/[.,:;!?*()]+$/, '')
      const [before, after] = [line.slice(0, match.index), line.slice(match.index + text.length)]
      const hasDefault = /\{\{-?\s*$/.test(before) && /^\s*(\|\s*\w+\s*)*\|\s*default\s*["']/.test(after)
      return { file, line: index + 1, text, ...(hasDefault && { has_default: true }) }
    })
  })
}

/**
 * The references in files, and in all files under folders; binary and very large ones are left out, as are links.
 * @throws Problem `usage` for a place that is not there.
 */
export function mentionsIn(cwd: string | undefined, places: readonly string[], exclude: readonly string[]): Mention[] {
  return places.flatMap(place => {
    const path = within(cwd, place)
    const stats = statSync(path, { throwIfNoEntry: false })
    if (!stats) throw new Problem('usage', `There is no file or folder ${place}.`)
    const files = stats.isDirectory() ? filesUnder(path) : [path]
    return files
      .map(file => ({ file, name: cwd === undefined ? file : relative(cwd, file) }))
      .filter(({ name }) => !exclude.some(pattern => fitsGlob(pattern, name)))
      .flatMap(({ file, name }) => mentions(textOf(file), name))
  })
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : filesUnder(join(folder, entry.name))
      return entry.isFile() ? [join(folder, entry.name)] : []
    })
}

function textOf(file: string): string {
  if (statSync(file).size > MAX_BYTES) return ''
  const text = readFileSync(file, 'utf8')
  return text.includes('\0') ? '' : text
}
