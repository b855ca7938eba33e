import { randomInt } from 'node:crypto'

/** Consonants only, as RFC 8628 §6.1 advises: no vowels to make words of, no digits to mistake. 20^8 codes. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** A new code, `XXXX-XXXX`. */
export function newUserCode(): string {
  const templates = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${templates.slice(0, 4)}-${templates.slice(4)}`
}

/** What a person typed, in the form codes are stored in: case, spaces and dashes do not matter. */
export function canonicalUserCode(typed: string): string {
  const templates = typed.toUpperCase().replace(/[^A-Z]/g, '')
  return `${templates.slice(0, 4)}-${templates.slice(4)}`
}
