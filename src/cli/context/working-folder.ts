import { isAbsolute, resolve } from 'node:path'
import { Problem } from '../../problem.ts'

/** The folder that this process works in; nothing when that has been deleted or may not be looked into. */
export function workingFolder(): string | undefined {
  try {
    return process.cwd()
  } catch {
    return undefined
  }
}

/**
 * The absolute path of a file that somebody named.
 * @throws Problem `usage` for a relative name where there is no working folder any more.
 */
export function within(cwd: string | undefined, file: string): string {
  if (cwd !== undefined) return resolve(cwd, file)
  if (isAbsolute(file)) return file
  throw new Problem('usage', `${file} cannot be found: the folder you work in does not exist any more.`, {
    hint: 'Change to another folder, or give the whole path.',
  })
}
