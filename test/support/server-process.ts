import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { programFile } from './program-file.ts'

/** A server in a child process, which can be killed. */
export interface ServerProcess {
  readonly url: string
  /** Moves its clock. */
  advance(ms: number): void
  kill(): Promise<void>
}

/** Several can share a PostgreSQL database; they then need the same data folder, for its root key. */
export async function startServerProcess(dataDir: string, databaseUrl = ''): Promise<ServerProcess> {
  const child = spawn(process.execPath, [await programFile('server-child'), dataDir, databaseUrl], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(([code]) => {
      throw new Error(`The server ended with ${code} before it listened.`)
    }),
  ])
  return {
    url,
    advance: ms => void child.stdin.write(`advance ${ms}\n`),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
