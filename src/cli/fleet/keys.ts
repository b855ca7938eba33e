import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import { crypto, fs } from '../context/builtins.ts'
import { draftOf, replaceFile } from '../context/private-file.ts'
import { reasonOf } from '../context/system-error.ts'

/** The maximum length of a file name, well below the limit of file systems. */
const LONGEST = 200

/** Where the keys of new agents go, one file each. */
export interface KeyFolder {
  /** Returns the file. Throws what `node:fs` throws. */
  keep(name: string, key: string): string
}

/**
 * A folder that only its owner can access, created if necessary. It is tested before any agent is created, because a key is shown once.
 * @throws Problem `usage` if it cannot be written, or already has a key for one of the names, which could belong to another server
 */
export function keyFolder(dir: string, names: readonly string[]): KeyFolder {
  const fileOf = (name: string) => join(dir, `${fileName(name)}.key`)
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    const trial = draftOf(join(dir, '.trial'))
    fs.writeFileSync(trial, '', { mode: 0o600, flag: 'wx' })
    fs.rmSync(trial)
  } catch (error) {
    throw new Problem('usage', `Cannot write to the folder ${dir}: ${reasonOf(error)}.`, { hint: 'Nothing was changed.' })
  }
  const seen = new Map<string, string>()
  for (const name of names) {
    // On some file systems, `A` and `a` are the same name.
    const file = fileOf(name).toLowerCase()
    const twin = seen.get(file)
    if (twin !== undefined) throw new Problem('usage', `The keys of ${twin} and ${name} would be written to the same file.`)
    seen.set(file, name)
  }
  const taken = names.map(fileOf).find(file => fs.existsSync(file))
  if (taken !== undefined) {
    throw new Problem('usage', `${taken} already exists and may be the key of another agent.`, {
      hint: 'Move it, or choose another folder. Nothing was changed.',
    })
  }
  return {
    keep(name, key) {
      const file = fileOf(name)
      replaceFile(file, `${key}\n`)
      return file
    },
  }
}

/** A file name keeps only the letters, digits, `_`, `.` and `-` of a name. */
function fileName(name: string): string {
  const encoded = name.replace(/[^\w.-]/gu, character =>
    [...Buffer.from(character)].map(byte => `%${byte.toString(16)}`).join(''),
  )
  const visible = encoded.replace(/^\./, '%2e')
  return visible.length <= LONGEST ? visible : `${visible.slice(0, LONGEST)}-${crypto().hash('sha256', name).slice(0, 16)}`
}
