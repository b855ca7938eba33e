import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Anvil } from './anvil.ts'

/** A fault of a node for one call. */
export type Mischief =
  | 'pass'
  /** Cuts the connection without an answer. */
  | 'drop'
  /** Executes the call, then cuts the connection. */
  | 'drop after'
  | 'hang'
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: string } }
  /** Any reply, with a status. */
  | { readonly status: number; readonly text: string; readonly headers?: Record<string, string> }

type Rule = (method: string, params: readonly unknown[]) => Mischief | Promise<Mischief>

export interface RpcProxy {
  readonly url: string
  readonly chainId: number
  rpc: Anvil['rpc']
  /** The methods called so far. */
  readonly asked: string[]
  /** Sets the rule for later calls; a call waits for its rule. */
  behave(rule: Rule): void
  close(): Promise<void>
}

interface Call {
  readonly id: number
  readonly method: string
  readonly params: readonly unknown[]
}

/** A node of the same chain that can be made to misbehave. */
export async function startRpcProxy(anvil: Anvil): Promise<RpcProxy> {
  let rule: Rule = () => 'pass'
  const asked: string[] = []

  async function pass(body: string): Promise<string> {
    return (await fetch(anvil.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text()
  }

  async function answer(body: string, reply: ServerResponse): Promise<void> {
    const { id, method, params } = JSON.parse(body) as Call
    asked.push(method)
    const mischief = await rule(method, params)
    if (mischief === 'pass') reply.end(await pass(body))
    else if (mischief === 'drop') reply.destroy()
    else if (mischief === 'drop after') {
      await pass(body)
      reply.destroy()
    } else if (mischief === 'hang') return
    else if ('text' in mischief) reply.writeHead(mischief.status, mischief.headers).end(mischief.text)
    else reply.end(JSON.stringify({ jsonrpc: '2.0', id, ...mischief }))
  }

  const server = createServer(async (request, reply) => {
    reply.setHeader('content-type', 'application/json')
    await answer(await text(request), reply)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chainId: anvil.chainId,
    rpc: anvil.rpc,
    asked,
    behave(next) {
      rule = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
