import { writeSync } from 'node:fs'

/** Writes a message to stderr, not with `process.stderr`, whose mere use makes a pipe non-blocking for everyone who shares it. */
export function note(text: string): void {
  if (text === '') return
  try {
    writeSync(2, text)
  } catch {
    process.stderr.write(text)
  }
}
