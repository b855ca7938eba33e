/** Runs one program as `1claw run` does; the program is given as JSON on the command line. */

import { on } from 'node:events'
import type { Child, Masking } from '../../src/cli/env/child.ts'
import { launch } from '../../src/cli/env/launch.ts'
import { Problem } from '../../src/problem.ts'

export interface Order {
  readonly child: Partial<Child> & { readonly command: string }
  readonly mask?: Masking
  /** The program that replaces it when this process gets SIGALRM. */
  readonly next?: Partial<Child>
  /** Whether to keep supervising the program although no option requires it. */
  readonly supervised?: boolean
  /** Use `process.stdout` first, as programs do. */
  readonly noisy?: boolean
  /** Sizes of the variables BIG0, BIG1…: their values would not fit into a command line. */
  readonly big?: readonly number[]
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
if (order.noisy) process.stdout.write('noise\n')
const child: Child = { args: [], env: { PATH: process.env['PATH'] ?? '' }, secrets: [], notes: '', ...order.child }
const big = Object.fromEntries((order.big ?? []).map((size, index) => [`BIG${index}`, 'x'.repeat(size)]))
/** Created at the start: the signal may come before the loop waits for it. */
const alarms = on(process, 'SIGALRM')
const nextChild = (signal: AbortSignal) =>
  new Promise<Child>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if (order.next) void alarms.next().then(() => resolve({ ...child, ...order.next }))
  })
try {
  process.exitCode = await launch(
    { ...child, env: { ...child.env, ...big } },
    { ...(order.mask && { mask: order.mask }), ...((order.supervised || order.next) && { nextChild }) },
  )
} catch (error) {
  if (!(error instanceof Problem)) throw error
  console.error(`${error.code}: ${error.message}`, error.extras.hint ?? '')
  process.exitCode = error.exitCode
}
