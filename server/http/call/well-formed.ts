import type { Problem } from '../../../src/problem.ts'
import { invalidField } from '../checks.ts'

/**
 * The refusal of a body with half a surrogate pair, which valid UTF-8 contains only as an escape such as `\ud800`. It could not be stored as
 * it was sent, and strict JSON decoders refuse every reply with it (RFC 8259 §8.2). Undefined for any other body.
 */
export function illFormed(bytes: Buffer, body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || !HALVES.some(start => bytes.includes(start))) return undefined
  for (const [name, part] of Object.entries(body)) {
    if (!isWellFormed(name)) return invalidField('body', FAULT)
    if (!isWellFormed(part)) return invalidField(name, FAULT)
  }
  return undefined
}

const FAULT = 'must be well-formed Unicode'

/** The start of an escape for half a pair. */
const HALVES = ['\\ud', '\\uD'].map(text => Buffer.from(text))

/** Checks everything within a value; without recursion, because a body can be nested deeply. */
function isWellFormed(value: unknown): boolean {
  const rest = [value]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string' && !next.isWellFormed()) return false
    if (typeof next !== 'object' || next === null) continue
    for (const [name, part] of Object.entries(next)) {
      if (!name.isWellFormed()) return false
      rest.push(part)
    }
  }
  return true
}
