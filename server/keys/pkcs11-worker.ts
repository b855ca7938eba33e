import { Socket } from 'node:net'
import type { Key } from 'graphene-pk11'
import { ckrOf, Refused } from './pkcs11-faults.ts'
import { receiveFrames, sendFrame } from './pkcs11-frames.ts'
import { type Keks, tokenKeks, wrappedKeks } from './pkcs11-keks.ts'
import { perform } from './pkcs11-operations.ts'
import type { FromWorker, Outcome, Request, TokenSettings, ToWorker } from './pkcs11-protocol.ts'
import { openToken, type TokenKeys } from './pkcs11-token.ts'

/**
 * The process that talks to the token. Its one thread makes one call at a time, so it needs one session. It never repairs anything:
 * when the token is lost it says so and ends, and the server starts another (`pkcs11-link.ts` says why).
 */
const SLICE_MS = 10
const CHANNEL = 3

const pipe = new Socket({ fd: CHANNEL, readable: true, writable: true })
const send = (message: FromWorker): void => sendFrame(pipe, message)
let serving: { accept(requests: readonly Request[]): void; finalize(): void } | undefined

// The server decides when this ends: a Ctrl-C in the terminal reaches the whole process group.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
pipe.on('error', () => leave(1))
pipe.on('close', () => leave(0))
receiveFrames(pipe, message => handle(message as ToWorker))

function handle(message: ToWorker): void {
  if (message.type === 'open') begin(message.settings)
  else if (message.type === 'requests') serving?.accept(message.requests)
  else leave(0)
}

function begin(settings: TokenSettings): void {
  try {
    const keys = openToken(settings)
    const { root } = keys
    serving = serve(keys, root ? wrappedKeks({ ...keys, root }) : tokenKeks(keys))
    send({ type: 'ready', publicKey: keys.publicKey, checkValue: keys.checkValue })
  } catch (error) {
    const { refusal, subject } = error instanceof Refused ? error : new Refused('failed', ckrOf(error))
    send({ type: 'refused', refusal, subject })
    pipe.end()
  }
}

/** Works in slices, so that answers leave soon and requests that have expired meanwhile are seen as such. */
function serve(keys: TokenKeys & { root: Key | null }, keks: Keks) {
  const queue: Request[] = []
  let scheduled = false
  let learning = true

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    setImmediate(turn)
  }

  const turn = (): void => {
    scheduled = false
    const outcomes = slice()
    if (outcomes.length > 0) {
      send({ type: 'outcomes', outcomes, flaws: keks.flaws })
      for (const outcome of outcomes) if ('data' in outcome) outcome.data?.fill(0)
      if (outcomes.some(outcome => 'fault' in outcome && outcome.fault === 'lost')) return void pipe.end()
    }
    if (queue.length === 0 && learning) learning = learn()
    if (queue.length > 0 || learning) schedule()
  }

  const learn = (): boolean => {
    try {
      return keks.learn()
    } catch {
      // Only a head start: what is not learned is looked up, and a lost token shows itself at the next request.
      return false
    }
  }

  const slice = (): Outcome[] => {
    const outcomes: Outcome[] = []
    const until = performance.now() + SLICE_MS
    for (let request = queue.shift(); request; request = performance.now() < until ? queue.shift() : undefined) {
      outcomes.push(perform(keys, keks, request))
      if (request.operation.do === 'wrap') request.operation.data.fill(0)
    }
    return outcomes
  }

  schedule()
  return {
    accept(requests: readonly Request[]) {
      queue.push(...requests)
      turn()
    },
    finalize: () => keys.session.lib.C_Finalize(),
  }
}

function leave(code: number): void {
  try {
    serving?.finalize()
  } catch {
    // A token that is gone need not be told that we leave.
  }
  process.exit(code)
}
