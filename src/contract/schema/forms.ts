import { SECRET_PATH } from '../../path-pattern.ts'
import { EMAIL, NAME, NO_NUL } from './fields.ts'

/** Amount in a chain's native unit: whole digits, and at most 18 after the point. No sign, exponent or blank. */
export const AMOUNT = /^\d{1,78}(\.\d{1,18})?$/
export const WEI = /^\d{1,78}$/
export const CALLDATA = /^0x([0-9a-fA-F]{2})*$/
export const ADDRESS = /^0x[0-9a-fA-F]{40}$/
export const DIGEST = /^0x[0-9a-fA-F]{64}$/
export const CHAIN_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
/** A day and a month of the calendar in UTC. */
export const DAY = /^\d{4}-\d\d-\d\d$/
export const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/
export const SHA_256 = /^[0-9a-f]{64}$/
export const KINDS = /^(vault|agent|person|policy|secret)(,(vault|agent|person|policy|secret))*$/
export const EVENT_KINDS = /^(reads|changes|sign-ins|views)(,(reads|changes|sign-ins|views))*$/
export const OUTCOMES = /^(ok|denied|failed)(,(ok|denied|failed))*$/

const WORDS: readonly (readonly [RegExp, string])[] = [
  [AMOUNT, 'must be a decimal number like 0.25, with at most 18 digits after the point'],
  [WEI, 'must be a whole number of wei in decimal digits'],
  [CALLDATA, 'must be 0x and an even number of hexadecimal digits'],
  [ADDRESS, 'must be an address: 0x and 40 hexadecimal digits'],
  [DIGEST, 'must be 32 bytes: 0x and 64 hexadecimal digits'],
  [CHAIN_NAME, 'must start with a letter and contain only letters, digits, points, dashes and underscores, at most 64'],
  [NO_NUL, 'must not contain NUL'],
  [NAME, 'must not contain control characters, or characters that turn the direction of writing'],
  [DAY, 'must be a day like 2026-03-01'],
  [MONTH, 'must be a month like 2026-03'],
  [SHA_256, 'must be a SHA-256 as 64 lower-case hexadecimal digits'],
  [KINDS, 'must be some of vault, agent, person, policy and secret, separated by commas'],
  [EVENT_KINDS, 'must be some of reads, changes, sign-ins and views, separated by commas'],
  [OUTCOMES, 'must be some of ok, denied and failed, separated by commas'],
  [EMAIL, 'must be an e-mail address'],
  [SECRET_PATH, 'must use only letters, digits, - _ . and single slashes, for example stripe/secret-key'],
]

/** The error for a text that does not match a pattern. */
export function wordsOfForm(pattern: string): string {
  return WORDS.find(([{ source }]) => source === pattern)?.[1] ?? 'does not have the expected form'
}
