/** Does one job and ends; kills itself with SIGKILL at the given step, counted from the start of the job. Prints the number of steps. */
import { readFile } from 'node:fs/promises'
import { flushCompileCache } from 'node:module'
import { configOf, type Facts } from './facts.ts'
import { JOBS, type JobName } from './jobs/all.ts'
import { openParts } from './parts.ts'

interface Order {
  readonly job: JobName
  readonly dataDir: string
  readonly databaseUrl?: string
  readonly elsewhere: { readonly dataDir: string; readonly databaseUrl?: string }
  readonly facts: Facts
  /** Infinity is null in JSON. */
  readonly dieAt: number | null
}

const order = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Order
const job = JOBS[order.job]
let steps = Number.NEGATIVE_INFINITY
const step = () => {
  if (++steps === order.dieAt) process.kill(process.pid, 'SIGKILL')
}
const config = configOf(order.dataDir, order.databaseUrl, 'settings' in job ? job.settings(order.dataDir) : {})
const elsewhere = configOf(order.elsewhere.dataDir, order.elsewhere.databaseUrl)
const parts = await openParts(config, { step })
// It is killed before it could do so at its end.
flushCompileCache()
console.log('begins')
steps = 0
await job.start({ parts, facts: order.facts, elsewhere })
console.log(`steps ${steps}`)
process.exit()
