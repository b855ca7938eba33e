import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DatabaseOptions } from '../../server/db/open.ts'

export type Job = { readonly options: DatabaseOptions } & (
  | { readonly does: 'open' | 'hold' | 'write until refused' }
  | { readonly does: 'write for ever'; readonly round: number }
  | { readonly does: 'die migrating'; readonly before: number }
)

export interface DatabaseProcess {
  /** Its output so far; complete when `exited` has resolved. */
  readonly said: Record<string, unknown>[]
  /** Resolves when it has printed this many messages. */
  saidAtLeast(count: number): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  readonly exited: Promise<unknown>
}

const SCRIPT = fileURLToPath(new URL('database-child.ts', import.meta.url))

/**
 * `maxFileKiB`: the maximum size of a file that it writes; beyond that the kernel answers writes with an error (EFBIG), like a broken disk.
 */
export function startDatabaseProcess(job: Job, { maxFileKiB }: { maxFileKiB?: number } = {}): DatabaseProcess {
  const child =
    maxFileKiB === undefined
      ? spawn(process.execPath, [SCRIPT])
      : spawn('bash', ['-c', `ulimit -f ${maxFileKiB}; exec "$0" "$1"`, process.execPath, SCRIPT])
  child.stdin.end(JSON.stringify(job))
  child.stderr.pipe(process.stderr)
  return follow(child)
}

function follow(child: ChildProcess & { stdout: NodeJS.ReadableStream }): DatabaseProcess {
  const said: Record<string, unknown>[] = []
  const waiting = new Set<() => void>()
  const lines = createInterface({ input: child.stdout })
  lines.on('line', line => {
    // The last line of a killed process can be cut short.
    if (line.endsWith('}')) said.push(JSON.parse(line))
    for (const look of waiting) look()
  })
  const exited = Promise.all([once(child, 'exit'), once(lines, 'close')])
  return {
    said,
    exited,
    async saidAtLeast(count) {
      const reached = new Promise<void>(resolve => {
        const look = () => {
          if (said.length >= count) resolve()
        }
        waiting.add(look)
        look()
      })
      await Promise.race([reached, exited])
      if (said.length < count) throw new Error(`It has ended, having said ${JSON.stringify(said)}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
