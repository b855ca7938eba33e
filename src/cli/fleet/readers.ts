/** Checks for values in a file; each records a fault and then returns nothing. */
import { patternFault, scopeFault } from '../../path-pattern.ts'
import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'
import { instantOf, milliseconds } from '../input/duration.ts'
import type { Path } from './document.ts'

/** Records a fault of the value that is being read, or of something below it. */
export type Complain = (message: string, below?: Path) => undefined

export type Read<T> = (value: unknown, complain: Complain) => T | undefined

export function text(max: number): Read<string> {
  return (value, complain) => {
    if (typeof value !== 'string') return complain(`must be text${typeof value === 'number' ? '; put it in quotes' : ''}`)
    return value.length > 0 && value.length <= max ? value : complain(`must have 1 to ${max} characters`)
  }
}

/** Of secret paths. */
export const pathPattern: Read<string> = (value, complain) => {
  const read = text(600)(value, complain)
  const fault = read && patternFault(read)
  return fault ? complain(fault) : read
}

/** A pattern of secret paths, or a label. */
export const scope: Read<string> = (value, complain) => {
  const read = text(600)(value, complain)
  const fault = read && scopeFault(read)
  return fault ? complain(fault) : read
}

export function texts(maxCount: number, one: Read<string>): Read<string[]> {
  return (value, complain) => {
    if (!Array.isArray(value)) return complain('must be a list')
    if (value.length > maxCount) return complain(`may have at most ${maxCount} entries`)
    const read = value.map((item, index) => one(item, message => complain(message, [index])))
    return read.every(item => item !== undefined) ? read : undefined
  }
}

export function oneOf<const T extends string>(words: readonly T[]): Read<T> {
  return (value, complain) => words.find(word => word === value) ?? complain(`must be one of ${words.join(', ')}`)
}

export function matching(pattern: RegExp, message: string): Read<string> {
  return (value, complain) => (typeof value === 'string' && pattern.test(value) ? value : complain(message))
}

export const flag: Read<boolean> = (value, complain) => (typeof value === 'boolean' ? value : complain('must be true or false'))

export const uuid: Read<string> = (value, complain) =>
  typeof value === 'string' && isUuid(value) ? value : complain('must be an id')

/** A number with many digits is rounded; only numbers that are exact are accepted. */
export const amount: Read<string> = (value, complain) => {
  const written = typeof value === 'number' ? String(value) : value
  if (typeof written === 'string' && /^\d{1,60}(\.\d{1,18})?$/.test(written) && (value === written || written.length <= 15))
    return written
  return complain('must be an amount such as "0.25", in quotes')
}

/** Whole seconds, or with a unit. */
export const seconds: Read<number> = (value, complain) => {
  if (typeof value !== 'string' && typeof value !== 'number') return complain('must be a duration such as 15m')
  return spoken(() => Math.round(milliseconds(String(value)) / 1000), complain)
}

export const instant: Read<string> = (value, complain) => {
  if (typeof value !== 'string') return complain('must be a date such as 2030-01-31')
  return spoken(() => instantOf(value), complain)
}

function spoken<T>(read: () => T, complain: Complain): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return complain(error.message.replace(/\.$/, ''))
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
