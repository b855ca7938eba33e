import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { Problem } from '../../problem.ts'
import { codeOf, reasonOf } from '../context/system-error.ts'
import { within } from '../context/working-folder.ts'
import { fitsGlob } from '../input/glob.ts'
import { SCHEME } from './reference.ts'

/** A text that starts like a reference, and its position. */
export interface Mention {
  readonly file: string
  readonly line: number
  readonly text: string
  /** A template has a default for a missing secret. */
  readonly has_default?: true
}

/** Folders of other tools, not the user's own files. */
const SKIPPED = ['.git', 'node_modules', '.venv', '__pycache__', '.terraform']

/** A larger file is not searched: it is data. */
const MAX_BYTES = 2 * 1024 * 1024

/** The parts of a reference; vaults and fields are percent-encoded. */
const MENTION = new RegExp(`${SCHEME}[A-Za-z0-9_.~%/?=&:@+,;!*()-]*`, 'g')

/** The references of a text. Punctuation at the end of a sentence is not part of a reference. */
export function mentions(text: string, file: string): Mention[] {
  return text.split('\n').flatMap((line, index) => {
    return [...line.matchAll(MENTION)].flatMap(match => {
      const text = match[0].replace(/[.,:;!?*()]+$/, '')
      // The scheme alone: in a sentence, in code, or before a variable, whose value is not known here.
      if (text === SCHEME) return []
      const [before, after] = [line.slice(0, match.index), line.slice(match.index + text.length)]
      const hasDefault = /\{\{-?\s*$/.test(before) && /^\s*(\|\s*\w+\s*)*\|\s*default\s*["']/.test(after)
      return { file, line: index + 1, text, ...(hasDefault && { has_default: true }) }
    })
  })
}

/**
 * The references in files, and in all files under folders; binary and very large files and links are left out.
 * @param exclude patterns of paths; a folder whose files all match is not opened
 * @throws Problem `usage` for a file or folder that does not exist or cannot be read.
 */
export function mentionsIn(cwd: string | undefined, places: readonly string[], exclude: readonly string[]): Mention[] {
  const nameOf = (file: string) => (cwd === undefined ? file : relative(cwd, file))
  const isExcluded = (file: string) => exclude.some(pattern => fitsGlob(pattern, nameOf(file)))
  const isOpen = (folder: string) => !SKIPPED.includes(basename(folder)) && !isExcluded(folder) && !isExcluded(`${folder}/`)
  const filesUnder = (folder: string): string[] =>
    readable(nameOf(folder) || '.', () => readdirSync(folder, { withFileTypes: true }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap(entry => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) return isOpen(path) ? filesUnder(path) : []
        return entry.isFile() ? [path] : []
      })
  return places.flatMap(place => {
    const path = within(cwd, place)
    const stats = readable(place, () => statSync(path, { throwIfNoEntry: false }))
    if (!stats) throw new Problem('usage', `There is no file or folder ${place}.`)
    const files = stats.isDirectory() ? filesUnder(path) : [path]
    return files
      .filter(file => !isExcluded(file))
      .flatMap(file =>
        mentions(
          readable(nameOf(file), () => textOf(file)),
          nameOf(file),
        ),
      )
  })
}

/** @throws Problem `usage` for a system error: a check must not silently skip anything */
function readable<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    throw new Problem('usage', `${name} cannot be read: ${reasonOf(error)}.`, {
      hint: 'Leave it out with --exclude <pattern>.',
      cause: error,
    })
  }
}

function textOf(file: string): string {
  if (statSync(file).size > MAX_BYTES) return ''
  const text = readFileSync(file, 'utf8')
  return text.includes('\0') ? '' : text
}
