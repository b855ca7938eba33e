import { writeSync } from 'node:fs'

/** Says something on stderr; not through `process.stderr`, whose mere use makes a pipe non-blocking for anyone who shares it. */
export function note(text: string): void {
  if (text === '') return
  try {
    writeSync(2, text)
  } catch {
    process.stderr.write(text)
  }
}
