import { Problem } from '../../problem.ts'
import { fieldOf, type Stored } from './field.ts'
import type { Encoding, Reference } from './reference.ts'

/** The parts of a reference other than the secret. */
type Part = Pick<Reference, 'field' | 'encoding'>

/**
 * The bytes of a reference: the value or a field of it, encoded.
 * @throws Problem `resource.unknown` for a missing field, `usage` for a value that is not base64
 */
export function resolvedBytes(secret: Stored, { field, encoding }: Part): Buffer {
  const value = field === undefined ? secret.value : fieldOf(secret, field)
  return encoded(value, encoding, secret.path)
}

/**
 * The same as text, for variables and templates.
 * @throws Problem `usage` also for bytes that are not UTF-8
 */
export function resolvedText(secret: Stored, part: Part): string {
  if (part.field === undefined && part.encoding === undefined) return secret.value
  const bytes = resolvedBytes(secret, part)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Problem('usage', `${secret.path} decoded is not UTF-8 text.`, {
      hint: 'Write it to a file: `1claw read <reference> --encoding base64-decode --out-file <file>`.',
    })
  }
}

function encoded(value: string, encoding: Encoding | undefined, path: string): Buffer {
  if (encoding === undefined) return Buffer.from(value)
  if (encoding === 'base64-decode') return decoded(value, path)
  return Buffer.from(Buffer.from(value).toString(encoding))
}

/** Both alphabets of base64, with line breaks, and with or without padding, because tools write all of these. */
function decoded(value: string, path: string): Buffer {
  const text = value.replace(/\s/g, '').replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64').replace(/=+$/, '') === text) return bytes
  throw new Problem('usage', `${path} is not base64, so it cannot be decoded.`)
}
