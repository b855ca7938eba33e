import { Problem } from '../../src/problem.ts'

/** A row's key is missing in its key store, or exists twice. It is the cause of a problem `internal`; for the log. */
export class MissingKey extends Error {}

export function isMissingKey(error: unknown): boolean {
  return error instanceof Problem && error.cause instanceof MissingKey
}

/**
 * Whether a working key store has refused: the row is damaged, or its key is missing or unusable. Unlike with an unreachable key store,
 * retrying changes nothing until a person has acted.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'secret.unreadable' || error.code === 'internal')
}
