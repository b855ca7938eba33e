import type { ProblemCode } from '../problem.ts'

/**
 * What a client suggests after a failure that it noticed itself, in the words of the user's interface: the command line names flags and
 * commands, a program names options. Each is a sentence or two.
 */
export interface Hints {
  /** No connection to the address of the server. */
  readonly unreachable: string
  /** The certificate of the server has an unknown issuer. */
  readonly untrusted: string
  /** The time limit of a call has passed. */
  readonly timeout: string
  /** The answer does not come from a 1claw server. */
  readonly foreign: string
  /** The server redirects: to another origin, or (undefined) within its own. */
  readonly redirected: (origin: string | undefined) => string
  /** By problem code, instead of the server's own hint. */
  readonly problems: Readonly<Partial<Record<ProblemCode, string>>>
}
