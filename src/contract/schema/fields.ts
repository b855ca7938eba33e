import { z } from 'zod'
import { SECRET_PATH, SECRET_PATH_MAX } from '../../path-pattern.ts'

/** The limit for bodies with calldata or typed data. */
export const CALLDATA_BODY_LIMIT = 5 * 1024 * 1024

/** PostgreSQL cannot store NUL in a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
export const NO_NUL = /^[^\u0000]*$/

/** A string with a maximum length. */
export const text = (max: number, min = 0) => z.string().min(min).max(max).regex(NO_NUL)

/** The name of a person, an agent or one of their objects: no control characters, and none that change the writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
export const NAME = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/
export const name = (max: number, min = 0) => z.string().min(min).max(max).regex(NAME)

export const Uuid = z.uuid()

/** Whether a deletion is permanent. */
export const Purge = z.enum(['true', 'false']).optional()

/** An RFC 3339 instant in a reply. */
export const Instant = z.iso.datetime()

/** An RFC 3339 instant in a request; any offset. */
export const InstantInput = z.iso.datetime({ offset: true }).max(40)

/** `user@host`, at most 254 characters (RFC 5321 §4.5.3.1.3). Compared trimmed and in lower case. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
export const EMAIL = /^\s*[^\s@\u0000-\u001f\u007f]+@[^\s@\u0000-\u001f\u007f]+\s*$/
export const EMAIL_MAX = 254
export const Email = z.string().min(3).max(EMAIL_MAX).regex(EMAIL)

export const Password = text(256, 1)

/** A JSON object of the caller; limited by the size of the request and by the service that stores it. */
export const FreeObject = z.record(z.string().max(256), z.unknown())

export const SecretPath = z.string().min(1).max(SECRET_PATH_MAX).regex(SECRET_PATH)

/** The reply of every route that returns a token (with the names of RFC 6749 §5.1). */
export const TokenReply = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.int(),
})
