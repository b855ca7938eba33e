import { isAbsolute, resolve } from 'node:path'
import { Problem } from '../../problem.ts'

/** The working folder; undefined if it was deleted or is not accessible. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

/**
 * The absolute path of a given file.
 * @throws Problem `usage` for a relative name without a working folder
 */
export function within(cwd: string | undefined, file: string): string {
  if (cwd !== undefined) return resolve(cwd, file)
  if (isAbsolute(file)) return file
  throw new Problem('usage', `${file} cannot be found: the folder you work in does not exist any more.`, {
    hint: 'Change to another folder, or give the whole path.',
  })
}
