import { setTimeout as sleep } from 'node:timers/promises'
import type { Problem } from '../../../src/problem.ts'
import { createCalls } from './calls.ts'
import { unavailable } from './problems.ts'
import { type ReadyWorker, startWorker, type TokenIdentity } from './process.ts'
import { Refused } from './wire/faults.ts'
import { monotonicMs, type Operation, type Outcome, type TokenSettings } from './wire/protocol.ts'

/**
 * The connection to the token. Calls go to a worker process. When that no longer works it is killed, and another one is started, which
 * loads the module, logs in and finds the keys again. This one remedy handles a crashed module, a removed token and a call that never
 * returns.
 *
 * It is a process because a thread could not be removed: inside a hanging C call it cannot be terminated, the same module cannot be
 * initialised a second time next to it, and Node.js joins its threads at exit, so the server could not even stop. See docs/decisions/0001.
 */
export interface Limits {
  /** The longest wait of a caller. */
  readonly deadlineMs: number
  /** How long the worker can be silent with pending calls before it is replaced. */
  readonly hangMs: number
  /** How long a start can take: loading, logging in, finding the keys. */
  readonly startMs: number
}

export interface Link {
  readonly identity: TokenIdentity
  /** @throws Problem */
  call(operation: Operation): Promise<Uint8Array | null>
  /** The number of KEK labels with more than one key. */
  readonly flaws: number
  close(): Promise<void>
}

const HEARTBEAT_MS = 1_000
/** Calls are numbered from 1. */
const PING_ID = 0
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
/** A worker that has run this long was good; the next pause is the first one again. */
const GOOD_MS = 10_000
const CLOSE_MS = 1_000
/** `Retry-After` if nothing but a restart with other settings helps. */
const STOPPED_SECONDS = 60

/** @throws Refused if the token cannot be used from the start. */
export async function openLink(settings: TokenSettings, limits: Limits, log: (event: string) => void): Promise<Link> {
  const closing = new AbortController()
  const first = await startWorker(settings, limits.startMs, closing.signal)
  // A key that is missing later is lost, not new.
  return keepLink(first, () => startWorker({ ...settings, create: false }, limits.startMs, closing.signal), limits, closing, log)
}

/** `silent`: the worker owes an answer for longer than the deadline. `down`: there is no worker. `stopped`: there will be none. */
type Phase = 'up' | 'silent' | 'down' | 'stopped' | 'closed'

function keepLink(
  first: ReadyWorker,
  start: () => Promise<ReadyWorker>,
  { deadlineMs, hangMs }: Limits,
  closing: AbortController,
  log: (event: string) => void,
): Link {
  const identity: TokenIdentity = { publicKey: first.publicKey, checkValue: first.checkValue }
  let worker: ReadyWorker | undefined
  let phase: Phase = 'down'
  let flaws = 0
  let heardAt = 0
  let pingedAt: number | undefined
  let adoptedAt = 0
  let pauseMs = FIRST_PAUSE_MS
  let nextTryAt = 0
  let retry: NodeJS.Timeout | undefined
  let starting: Promise<void> | undefined
  let ended = (): void => {}

  const calls = createCalls(
    deadlineMs,
    requests => worker?.post({ type: 'requests', requests }),
    () => {
      if (monotonicMs() - heardAt >= deadlineMs) fallSilent()
    },
  )

  const adopt = (ready: ReadyWorker): void => {
    worker = ready
    phase = 'up'
    adoptedAt = heardAt = monotonicMs()
    pingedAt = undefined
    ready.listen({ outcomes: hear, exit: lose })
  }

  const hear = (outcomes: readonly Outcome[], nowFlawed: number): void => {
    heardAt = monotonicMs()
    flaws = nowFlawed
    if (phase === 'silent') {
      phase = 'up'
      log('the PKCS#11 worker answers again')
    }
    calls.answer(outcomes.filter(outcome => outcome.id !== PING_ID))
    if (outcomes.some(({ id }) => id === PING_ID)) pingedAt = undefined
    const lost = outcomes.find(outcome => 'fault' in outcome && outcome.fault === 'lost')
    if (lost && 'fault' in lost) replace(`the token is lost (${lost.log})`)
  }

  const fallSilent = (): void => {
    if (phase !== 'up') return
    phase = 'silent'
    log(`the PKCS#11 worker has not answered for ${deadlineMs} ms`)
    calls.fail(problemNow())
  }

  const replace = (reason: string): void => {
    log(`${reason}; starting another PKCS#11 worker`)
    phase = 'down'
    calls.fail(problemNow())
    worker?.kill()
  }

  const lose = (): void => {
    worker = undefined
    calls.reset()
    ended()
    if (phase === 'closed') return
    if (phase !== 'down') log('the PKCS#11 worker has ended')
    phase = 'down'
    if (monotonicMs() - adoptedAt > GOOD_MS) pauseMs = FIRST_PAUSE_MS
    tryLater()
    calls.fail(problemNow())
  }

  const tryLater = (): void => {
    nextTryAt = monotonicMs() + pauseMs
    retry = setTimeout(() => {
      starting = restart()
    }, pauseMs)
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  }

  const restart = async (): Promise<void> => {
    try {
      const ready = await start()
      if (phase === 'closed') return ready.kill()
      if (sameKeys(ready, identity)) {
        log('the token is back')
        return adopt(ready)
      }
      ready.kill()
      log('the token that answers has other keys')
    } catch (error) {
      if (phase === 'closed') return
      const refused = error instanceof Refused ? error : undefined
      log(`the token cannot be used (${refused?.message ?? 'the worker process cannot be started'})`)
      // A PIN that is refused once is never tried again.
      if (refused?.refusal === 'pin' || refused?.refusal === 'pin-locked') phase = 'stopped'
    }
    if (phase === 'down') tryLater()
  }

  // Checked after reading the replies: this process could have been busy.
  const beat = (): void => void setImmediate(checkPulse)
  const checkPulse = (): void => {
    if (!worker || phase === 'down' || phase === 'closed') return
    if (pingedAt === undefined) {
      pingedAt = monotonicMs()
      worker.post({ type: 'requests', requests: [{ id: PING_ID, expires: Number.MAX_SAFE_INTEGER, operation: { do: 'ping' } }] })
      return
    }
    const quietMs = monotonicMs() - Math.max(pingedAt, heardAt)
    if (quietMs > hangMs) replace(`the PKCS#11 worker hangs`)
    else if (quietMs > deadlineMs) fallSilent()
  }
  const pulse = setInterval(beat, Math.min(HEARTBEAT_MS, deadlineMs / 2))
  pulse.unref()

  const problemNow = (): Problem => {
    if (phase === 'stopped' || phase === 'closed') return unavailable(STOPPED_SECONDS)
    return unavailable(phase === 'down' ? (nextTryAt - monotonicMs()) / 1_000 : 1)
  }

  adopt(first)
  return {
    identity,
    call: operation => (phase === 'up' ? calls.call(operation) : Promise.reject(problemNow())),
    get flaws() {
      return flaws
    },
    async close() {
      if (phase === 'closed') return
      phase = 'closed'
      clearInterval(pulse)
      clearTimeout(retry)
      closing.abort()
      calls.fail(problemNow())
      if (worker) await endWorker(worker, new Promise(resolve => (ended = resolve)))
      await starting
    },
  }
}

/** Asks, then kills. A process that is stuck in a device driver survives even that, and is not waited for. */
async function endWorker(worker: ReadyWorker, ended: Promise<void>): Promise<void> {
  worker.post({ type: 'close' })
  const killing = setTimeout(() => worker.kill(), CLOSE_MS)
  const leaving = new AbortController()
  await Promise.race([ended, sleep(2 * CLOSE_MS, undefined, leaving).catch(() => {})])
  leaving.abort()
  clearTimeout(killing)
}

function sameKeys(found: TokenIdentity, wanted: TokenIdentity): boolean {
  return digestOf(found) === digestOf(wanted)
}

function digestOf({ publicKey, checkValue }: TokenIdentity): string {
  return `${Buffer.from(publicKey).toString('hex')}/${checkValue ? Buffer.from(checkValue).toString('hex') : ''}`
}
