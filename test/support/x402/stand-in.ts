import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const PAYER = `0x${'1a'.repeat(20)}`
export const TRANSACTION = `0x${'2b'.repeat(32)}`
export const PAY_TO = `0x${'3c'.repeat(20)}`
const ASSET = '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'

interface Answer {
  readonly status?: number
  readonly body: unknown
}

/** The state of the authorization on the chain: it moved the money, was cancelled, or is unused; or the node does not answer. */
type OnChain = 'moved' | 'cancelled' | 'open' | 'silent'

export type StandIn = Awaited<ReturnType<typeof standInFacilitator>>

const word = (hex: string) => `0x${hex.replace(/^0x/, '').toLowerCase().padStart(64, '0')}`
const AUTHORIZATION_USED = '0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5'
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

/** A facilitator that counts its requests and answers as the test says, and a node of Base that does the same. */
export async function standInFacilitator() {
  const asked = { verify: 0, settle: 0 }
  const good = {
    verify: (): Answer | Promise<Answer> => ({ body: { isValid: true, payer: PAYER } }),
    settle: (): Answer | Promise<Answer> => ({
      body: { success: true, transaction: TRANSACTION, network: 'base', payer: PAYER },
    }),
  }
  let answers = good
  let chain: OnChain = 'open'

  function node(method: string): unknown {
    const used = { address: ASSET, topics: [AUTHORIZATION_USED], data: '0x', transactionHash: TRANSACTION }
    const transfer = {
      address: ASSET,
      topics: [TRANSFER, word(PAYER), word(PAY_TO)],
      data: word('0x5dc'),
      transactionHash: TRANSACTION,
    }
    const known: Readonly<Record<string, unknown>> = {
      eth_chainId: '0x2105',
      eth_call: word(chain === 'open' ? '0x0' : '0x1'),
      eth_blockNumber: '0x100000',
      eth_getLogs: [used],
      eth_getTransactionReceipt: { logs: chain === 'moved' ? [transfer, used] : [used] },
    }
    return known[method]
  }

  const server = createServer((request, reply) => {
    let text = ''
    request.on('data', chunk => {
      text += String(chunk)
    })
    request.on('end', async () => {
      if (request.url === '/rpc') {
        const { id, method } = JSON.parse(text)
        if (chain === 'silent') return void request.socket.destroy()
        return void reply.end(JSON.stringify({ jsonrpc: '2.0', id, result: node(method) }))
      }
      const what = request.url === '/settle' ? 'settle' : 'verify'
      asked[what]++
      const { status = 200, body } = await answers[what]()
      // Status 0 means a broken connection.
      if (status === 0) return void request.socket.destroy()
      reply.writeHead(status, { 'content-type': 'application/json' })
      reply.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    rpcUrl: `${url}/rpc`,
    asked,
    says: (some: Partial<typeof good>) => {
      answers = { ...good, ...some }
    },
    chainSays: (next: OnChain) => {
      chain = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** A payment as a client of the protocol's first version signs it; the stand-in does not check the signature. */
export function proof(nonce = randomBytes(32).toString('hex'), validBefore = '9999999999') {
  const authorization = { from: PAYER, to: PAY_TO, value: '1500', validAfter: '0', validBefore, nonce: `0x${nonce}` }
  return { x402Version: 1, scheme: 'exact', network: 'base', payload: { signature: `0x${'4d'.repeat(65)}`, authorization } }
}
