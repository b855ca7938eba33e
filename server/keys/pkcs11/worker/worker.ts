import { Socket } from 'node:net'
import type { Key } from 'graphene-pk11'
import { ckrOf, Refused } from '../wire/faults.ts'
import { receiveFrames, sendFrame } from '../wire/frames.ts'
import { outcomesFrame, readToWorker, stateFrame } from '../wire/messages.ts'
import type { Operation, Request, TokenSettings, ToWorker } from '../wire/protocol.ts'
import { type Keks, tokenKeks, wrappedKeks } from './keks.ts'
import { perform } from './operations.ts'
import { openToken, type TokenKeys } from './token.ts'

/**
 * The process that talks to the token. It makes one call at a time, so it needs only one session. It does not recover from a lost token: it
 * reports the loss and ends, and the server starts another worker (`link.ts` explains why).
 */
const SLICE_MS = 10
/** The number of answers in one message. It is small, so the server can process them while the token works on the next ones. */
const ANSWERS = 8
const CHANNEL = 3

const pipe = new Socket({ fd: CHANNEL, readable: true, writable: true })
let serving: { accept(requests: readonly Request[]): void; finalize(): void } | undefined

// The server decides when the worker ends; Ctrl-C in a terminal would reach the whole process group.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
pipe.on('error', () => leave(1))
pipe.on('close', () => leave(0))
receiveFrames(pipe, message => handle(readToWorker(message)))

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
    sendFrame(pipe, stateFrame({ type: 'ready', publicKey: keys.publicKey, checkValue: keys.checkValue }))
  } catch (error) {
    const { refusal, subject } = error instanceof Refused ? error : new Refused('failed', ckrOf(error))
    sendFrame(pipe, stateFrame({ type: 'refused', refusal, subject }))
    pipe.end()
  }
}

/** Whether the data of the operation is a key. */
function isSecret(operation: Operation): operation is Extract<Operation, { data: Uint8Array }> {
  return ['wrap', 'import-curve-key', 'try-import'].includes(operation.do)
}

/** Works in short slices, so answers are sent soon and expired requests are noticed. */
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
    const until = performance.now() + SLICE_MS
    while (queue.length > 0 && performance.now() < until) if (!answerSome(until)) return void pipe.end()
    if (queue.length === 0 && learning) learning = learn()
    if (queue.length > 0 || learning) schedule()
  }

  const learn = (): boolean => {
    try {
      return keks.learn()
    } catch {
      // Learning only saves time: other keys are looked up, and the next request notices a lost token.
      return false
    }
  }

  /** False if the token is lost. */
  const answerSome = (until: number): boolean => {
    const answers = outcomesFrame()
    let lost = false
    for (
      let request = queue.shift();
      request;
      request = answers.count < ANSWERS && performance.now() < until ? queue.shift() : undefined
    ) {
      const outcome = perform(keys, keks, request)
      answers.add(outcome)
      if (isSecret(request.operation)) request.operation.data.fill(0)
      if (!('fault' in outcome)) outcome.data?.fill(0)
      else if (outcome.fault === 'lost') {
        lost = true
        break
      }
    }
    sendFrame(pipe, answers.done(keks.flaws))
    return !lost
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
    // A removed token needs no logout.
  }
  process.exit(code)
}
