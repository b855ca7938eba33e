import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const ROOT = join(import.meta.dirname, '../..')
export const PROGRAM = join(ROOT, 'bin/run.js')

/** A separate server process, so the work of the load generator does not count as the server's. */
export interface Served {
  readonly url: string
  readonly pid: number
  /** The time from the start of the process to its first line that says it listens, in ms. */
  readonly bootMs: number
  stop(): Promise<void>
}

/** `1claw serve` on a free port. */
export async function serve(dataDir: string, env: Record<string, string> = {}): Promise<Served> {
  const args = [PROGRAM, 'serve', '--port', '0', '--data-dir', dataDir]
  return launch(args, { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'warn', ...env }, line => /https?:\/\/\S+/.exec(line)?.[0])
}

export async function bare(): Promise<Served> {
  return launch([join(import.meta.dirname, 'bare.ts')], {}, line => `http://127.0.0.1:${line.trim()}`)
}

async function launch(args: string[], env: Record<string, string>, urlOf: (line: string) => string | undefined): Promise<Served> {
  const began = performance.now()
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const url = await Promise.race([firstUrl(child, urlOf), failed(child)])
  const bootMs = performance.now() - began
  child.stdout?.resume()
  child.stderr?.resume()
  return {
    url,
    pid: child.pid ?? 0,
    bootMs,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function firstUrl(child: ChildProcess, urlOf: (line: string) => string | undefined): Promise<string> {
  return new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', line => {
        const url = urlOf(line)
        if (url) resolve(url)
      })
    }
  })
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`A server ended with ${code} before it listened.`)
}

/** Seconds of processor time that all threads of the process have used. Linux only. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Resident memory in MiB, as `top` shows it. */
export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}
