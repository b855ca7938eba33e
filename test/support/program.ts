import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const ROOT = join(import.meta.dirname, '../..')
export const PROGRAM = join(ROOT, 'bin/run.js')

/** A `1claw serve` in a child process. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** Its stderr so far. */
  log(): string
  /** Ends it and resolves with the exit code; null if a signal ended it. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** Starts the built program as an operator would. It inherits no settings of this process. */
export async function startProgram(
  dataDir: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
  program = PROGRAM,
): Promise<ServerProcess> {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const child = spawn(process.execPath, [program, 'serve', ...port, '--data-dir', dataDir, ...args], {
    env: { ...bareEnvironment(), HOME: dataDir, ONECLAW_RATE_LIMITS: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', chunk => {
    log += chunk
  })
  const listening = new Promise<string>(resolve => {
    createInterface({ input: child.stdout }).on('line', line => {
      const url = /listening on (\S+)/.exec(line)?.[1]
      if (url) resolve(url)
    })
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with ${code} before it listened:\n${log}`)
  })
  const url = await Promise.race([listening, ended])
  ended.catch(() => {})
  return {
    url,
    child,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      return child.exitCode
    },
  }
}

/** The environment without any setting of 1claw. */
export function bareEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !name.startsWith('ONECLAW_'))
  return Object.fromEntries(kept) as Record<string, string>
}
