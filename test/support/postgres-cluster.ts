import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Cluster {
  /** Of the superuser, for the database `postgres`. */
  readonly url: string
  stop(): Promise<void>
}

const SCRIPT = fileURLToPath(new URL('postgres-server.ts', import.meta.url))

/**
 * Starts `postgres-server.ts`, which takes about two seconds. It ends with this process at the latest. `durable`: a commit is on the disk
 * when it is answered; measurements need this, tests do not.
 */
export async function startCluster({ durable = false } = {}): Promise<Cluster> {
  const child = spawn(process.execPath, [SCRIPT, ...(durable ? ['--durable'] : [])])
  const exited = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-10_000)
  })
  const said: unknown = await Promise.race([once(child.stdout, 'data').then(([chunk]) => chunk), exited.then(() => undefined)])
  if (!Buffer.isBuffer(said)) throw new Error(`PostgreSQL did not start:\n${log}`)
  return {
    url: said.toString().trim(),
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}
