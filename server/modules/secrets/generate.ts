import { randomInt } from 'node:crypto'

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The characters of generated values. `ascii` is 0x21 to 0x7e. */
const CHARSETS = {
  hex: '0123456789abcdef',
  base64: `${ALPHANUMERIC}+/`,
  alphanumeric: ALPHANUMERIC,
  ascii: Array.from({ length: 0x7e - 0x21 + 1 }, (_, i) => String.fromCharCode(0x21 + i)).join(''),
}

export type Charset = keyof typeof CHARSETS

/** `length` characters, each chosen uniformly and independently by the system's secure generator. */
export function generateValue(length = 32, charset: Charset = 'alphanumeric'): string {
  const characters = CHARSETS[charset]
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('')
}
