import { Problem } from '../../src/problem.ts'

/** A key that a row names is not in its key store, or is there twice. The cause of the problem `internal` that is answered; for the log. */
export class MissingKey extends Error {}

export function isMissingKey(error: unknown): boolean {
  return error instanceof Problem && error.cause instanceof MissingKey
}

/**
 * Whether a key store that works has said no: the row is damaged, or its key is missing or not to be used. Asking again changes nothing
 * until a person has done something, as opposed to a key store that is away.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'secret.unreadable' || error.code === 'internal')
}
