import { randomInt } from 'node:crypto'

/** Consonants only, as RFC 8628 §6.1 advises: no vowels that form words, no digits that look like letters. 20^8 codes. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'

/** A new code, `XXXX-XXXX`. */
export function newUserCode(): string {
  const templates = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  return `${templates.slice(0, 4)}-${templates.slice(4)}`
}

/** A typed code in the form in which codes are stored: case, spaces and dashes are ignored. */
export function canonicalUserCode(typed: string): string {
  const templates = typed.toUpperCase().replace(/[^A-Z]/g, '')
  return `${templates.slice(0, 4)}-${templates.slice(4)}`
}
