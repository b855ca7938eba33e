import type { Problem } from '../../src/problem.ts'
import { createCalls } from './pkcs11-calls.ts'
import { Refused } from './pkcs11-faults.ts'
import { type ReadyWorker, startWorker, type TokenIdentity } from './pkcs11-process.ts'
import { unavailable } from './pkcs11-problems.ts'
import { monotonicMs, type Operation, type Outcome, type TokenSettings } from './pkcs11-protocol.ts'

/**
 * The way to the token, kept open: calls go to a worker process, and whenever that is of no use any more it is killed and another one
 * started, which loads the module, logs in and finds the keys anew. One remedy serves a crashed module, a token that was taken out and
 * a call that never returns.
 *
 * It is a process because a thread could not be got rid of: inside a hung C call it cannot be terminated, the same module cannot be
 * initialised beside it, and Node joins its threads at exit, so the server could not even stop. See docs/decisions.
 */
export interface Limits {
  /** What a caller waits at most. */
  readonly deadlineMs: number
  /** How long the worker may owe an answer without giving any before it is replaced. */
  readonly hangMs: number
  /** How long a start may take: loading, logging in, finding the keys. */
  readonly startMs: number
}

export interface Link {
  readonly identity: TokenIdentity
  /** @throws Problem */
  call(operation: Operation): Promise<Uint8Array | null>
  /** How many KEK labels stand for more than one key. */
  readonly flaws: number
  close(): Promise<void>
}

const HEARTBEAT_MS = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** A worker that has lived this long was a good one; the next pause is the first again. */
const GOOD_MS = 10_000
const CLOSE_MS = 1_000
/** `Retry-After` when nothing but a restart with other settings helps. */
const STOPPED_SECONDS = 60

/** @throws Refused when the token cannot be used from the start. */
export async function openLink(settings: TokenSettings, limits: Limits, log: (event: string) => void): Promise<Link> {
  const first = await startWorker(settings, limits.startMs)
  return keepLink(first, { ...settings, create: false }, limits, log)
}
