import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from './house/files.ts'

export interface Anvil {
  readonly url: string
  readonly chainId: number
  /** Keys of the accounts that hold 10 000 units each, as hex with `0x`. */
  readonly keys: readonly `0x${string}`[]
  /** The result of a call; throws the node's error. */
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is judged by the assertions on it
  rpc(method: string, ...params: unknown[]): Promise<any>
  stop(): Promise<void>
}

export interface AnvilOptions {
  readonly chainId?: number
  /** Seconds between blocks; if absent, each transaction gets its own block at once. */
  readonly blockTime?: number
  readonly args?: readonly string[]
}

/** A separate chain on a free port of loopback, in about half a second. */
export async function startAnvil({ chainId = 31_337, blockTime, args = [] }: AnvilOptions = {}): Promise<Anvil> {
  const timing = blockTime === undefined ? [] : ['--block-time', String(blockTime), '--mixed-mining']
  const child = spawn(join(ROOT, 'node_modules/.bin/anvil'), ['--port', '0', '--chain-id', String(chainId), ...timing, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const endWithUs = () => child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const keys: `0x${string}`[] = []
  const lines = createInterface({ input: child.stdout })
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', line => {
      const key = /^\(\d+\) (0x[0-9a-f]{64})$/.exec(line)?.[1]
      if (key) keys.push(key as `0x${string}`)
      const port = /^Listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1]
      if (port) resolve(`http://127.0.0.1:${port}`)
    })
    void exited.then(() => reject(new Error('anvil has ended before it listened.')))
  })
  return {
    url,
    chainId,
    keys,
    rpc: rpcOf(url),
    async stop() {
      process.off('exit', endWithUs)
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Calls the node at this URL. */
export function rpcOf(url: string): Anvil['rpc'] {
  let lastId = 0
  return async (method, ...params) => {
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params }),
    })
    const { result, error } = (await reply.json()) as { result?: unknown; error?: { message: string } }
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }
}
