import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Refused } from './wire/faults.ts'
import { receiveFrames, sendFrame } from './wire/frames.ts'
import { readFromWorker, toWorkerFrame } from './wire/messages.ts'
import type { Outcome, TokenSettings, ToWorker } from './wire/protocol.ts'

const FILE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './worker/worker.ts' : './worker/worker.js', import.meta.url),
)

/** The identity of the installation's keys in the token. */
export interface TokenIdentity {
  readonly publicKey: Uint8Array
  readonly checkValue: Uint8Array | null
}

export interface WorkerEvents {
  outcomes(outcomes: readonly Outcome[], flaws: number): void
  /** The process has ended, for whatever reason. Nothing follows. */
  exit(): void
}

/** A worker process that is logged in. */
export interface ReadyWorker extends TokenIdentity {
  post(message: ToWorker): void
  /** SIGKILL, the only signal that ends a process in a hanging call. */
  kill(): void
  listen(events: WorkerEvents): void
}

/**
 * Starts a worker process and lets it open the token; the signal ends a running attempt.
 * @throws Refused; the process has then ended or is ending.
 */
export function startWorker(settings: TokenSettings, startMs: number, signal: AbortSignal): Promise<ReadyWorker> {
  const { pipe, kill, ended } = spawnWorker()
  const post = (message: ToWorker): void => sendFrame(pipe, toWorkerFrame(message))
  let events: WorkerEvents | undefined
  return new Promise((resolve, reject) => {
    const timer = setTimeout(kill, startMs)
    signal.addEventListener('abort', kill)
    const started = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
    }
    ended.then(() => {
      started()
      reject(new Refused('silent', settings.module))
      events?.exit()
    })
    receiveFrames(pipe, received => {
      const message = readFromWorker(received)
      if (message.type === 'outcomes') return events?.outcomes(message.outcomes, message.flaws)
      started()
      if (message.type === 'refused') {
        reject(new Refused(message.refusal, message.subject))
        return kill()
      }
      const listen = (to: WorkerEvents): void => {
        events = to
      }
      return resolve({ publicKey: message.publicKey, checkValue: message.checkValue, post, kill, listen })
    })
    post({ type: 'open', settings })
  })
}

function spawnWorker() {
  // stdout is the server's own; messages of a module on stderr are worth reading.
  const child = spawn(process.execPath, [FILE], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], windowsHide: true })
  const kill = (): void => void child.kill('SIGKILL')
  // A worker notices the end of its channel and exits, but not while it hangs in a call.
  process.once('exit', kill)
  const ended = new Promise<void>(resolve => {
    // If no process can be started (no memory, no handles), this is an error, not an exit.
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  }).finally(() => process.removeListener('exit', kill))
  const pipe = child.stdio?.[3]
  if (!(pipe instanceof Duplex)) throw new Error('The PKCS#11 worker process cannot be started')
  // Errors of writes to a process that has just died are ignored, because its end is reported.
  pipe.on('error', () => {})
  return { pipe, kill, ended }
}
