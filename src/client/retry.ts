import { Problem } from '../problem.ts'
import type { HttpReply } from './transport.ts'

/** The properties of a request that decide whether it is retried. */
export interface Repetition {
  /** It can be repeated: a read, a sign-in, or a request with an idempotency key. */
  readonly repeatable: boolean
  /** The deadline, by `performance.now()`. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
}

const FIRST_MS = 200
const MOST_TRIES = 4
/** Statuses of a proxy that could not reach the server, or a server that cannot answer now. */
const PASSING = [502, 503, 504]
/**
 * The codes of a broken connection. A connection that could not be made is not a temporary fault: nothing listens, or the name is wrong.
 */
export const CUT = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/

/**
 * Sends, and resends after a temporary fault: with full jitter (RFC 9110 §10.2.3 for `Retry-After`), never beyond the deadline. A request
 * that must not be repeated is resent only if the server said that it has not started it: 429, or 503 with `Retry-After`.
 */
export async function persistently(
  { repeatable, deadline, signal }: Repetition,
  send: () => Promise<HttpReply>,
): Promise<HttpReply> {
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(send)
    const pause = pauseAfter(outcome, repeatable, tries)
    if (pause === undefined || performance.now() + pause >= deadline) return concluded(outcome)
    await sleep(pause, signal)
  }
}

type Outcome = { readonly reply: HttpReply } | { readonly error: unknown }

async function attempt(send: () => Promise<HttpReply>): Promise<Outcome> {
  try {
    return { reply: await send() }
  } catch (error) {
    return { error }
  }
}

function concluded(outcome: Outcome): HttpReply {
  if ('error' in outcome) throw outcome.error
  return outcome.reply
}

/** Milliseconds to wait before the next try; undefined after the last one. */
function pauseAfter(outcome: Outcome, repeatable: boolean, tries: number): number | undefined {
  const backOff = Math.random() * FIRST_MS * 2 ** tries
  if ('error' in outcome) return repeatable && tries < MOST_TRIES && isCut(outcome.error) ? backOff : undefined
  const { status, headers, body } = outcome.reply
  // It waits for a person.
  if (status === 503 && body.includes('"type":"server_sealed"')) return undefined
  const seconds = Number(headers['retry-after'])
  const told = seconds > 0 ? seconds * 1000 + Math.random() * 1000 : undefined
  if (status === 429) return told
  if (!PASSING.includes(status) || tries >= MOST_TRIES) return undefined
  if (status === 503 && told !== undefined) return told
  return repeatable ? (told ?? backOff) : undefined
}

/** `fetch` hides the code in the cause of its TypeError, which is the cause of the problem. */
function isCut(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 2) return false
  if ('code' in error && typeof error.code === 'string' && CUT.test(error.code)) return true
  return isCut(error instanceof Problem ? error.extras.cause : error.cause, depth + 1)
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => {
      clearTimeout(timer)
      reject(new Problem('cancelled'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', ended)
      resolve()
    }, ms)
    if (signal?.aborted) ended()
    else signal?.addEventListener('abort', ended, { once: true })
  })
}
