import { Problem } from '../../../src/problem.ts'
import type { Rpc, RpcAnswer } from '../../http/json-rpc.ts'
import type { Outbound } from '../../http/outbound.ts'
import type { Chain as WholeChain } from './directory.ts'

/** The settings for requests to the nodes of a chain. */
type Chain = Pick<WholeChain, 'chainId' | 'displayName' | 'rpcUrls' | 'rpcTimeoutMs'>

export interface RpcDeps {
  readonly outbound: Pick<Outbound, 'post'>
  /** Monotonic milliseconds. */
  readonly clock?: () => number
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** The default time limit for one reply of one node; all nodes together have three times that. */
const TIMEOUT_MS = 6000
/** How long the reply to `eth_chainId` is trusted. */
const VERIFIED_MS = 600_000
/** For how long a failed node is tried last. */
const SHUNNED_MS = 15_000
/** Codes of a node that is temporarily overloaded (EIP-1474: resource unavailable, limit exceeded). */
const OVERLOADED = [-32002, -32005]

interface Node {
  verifiedAt: number
  failedAt: number
}

/** The nodes of all chains, by URL. */
export function chainRpcs({ outbound, clock = () => performance.now() }: RpcDeps): (chain: Chain) => Rpc {
  const nodes = new Map<string, Node>()
  let lastId = 0

  function nodeOf(chain: Chain, url: string): Node {
    const key = `${chain.chainId} ${url}`
    const node = nodes.get(key) ?? { verifiedAt: Number.NEGATIVE_INFINITY, failedAt: Number.NEGATIVE_INFINITY }
    nodes.set(key, node)
    return node
  }

  async function ask(url: string, method: string, params: readonly unknown[], limitMs: number): Promise<RpcAnswer> {
    const id = ++lastId
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params })
    const reply = await outbound.post({ url, body, timeoutMs: limitMs, maxBytes: MAX_ANSWER_BYTES }).catch((error: unknown) => {
      throw new Failure(error instanceof Error && error.name === 'TimeoutError' ? 'no answer in time' : 'no connection')
    })
    const answer = answerOf(reply.body, id)
    if (!answer) throw new Failure(reply.status === 200 ? 'an answer that is not JSON-RPC' : `HTTP status ${reply.status}`)
    if (answer.error && (reply.status >= 429 || OVERLOADED.includes(answer.error.code))) throw new Failure('overloaded')
    return answer
  }

  async function verify(chain: Chain, url: string, node: Node, limitMs: number): Promise<void> {
    if (clock() - node.verifiedAt < VERIFIED_MS) return
    const { result } = { result: undefined, ...(await ask(url, 'eth_chainId', [], limitMs)) }
    if (typeof result !== 'string' || !/^0x[0-9a-f]{1,14}$/i.test(result)) throw new Failure('no chain id')
    if (Number(result) !== chain.chainId) throw new Failure(`chain id ${Number(result)}`)
    node.verifiedAt = clock()
  }

  return chain => ({
    async call(method, params) {
      if (chain.rpcUrls.length === 0) throw unreachable(chain, 'it has no RPC URL')
      const timeoutMs = chain.rpcTimeoutMs ?? TIMEOUT_MS
      const end = clock() + 3 * timeoutMs
      const failures: string[] = []
      for (const url of inOrder(chain.rpcUrls, url => clock() - nodeOf(chain, url).failedAt < SHUNNED_MS)) {
        const node = nodeOf(chain, url)
        const left = () => Math.max(1, Math.min(timeoutMs, end - clock()))
        try {
          await verify(chain, url, node, left())
          const answer = await ask(url, method, params, left())
          node.failedAt = Number.NEGATIVE_INFINITY
          return answer.error ? { ...answer, failedBefore: failures.length } : answer
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          node.failedAt = clock()
          node.verifiedAt = Number.NEGATIVE_INFINITY
          failures.push(error.message)
          if (clock() >= end) break
        }
      }
      throw unreachable(chain, failures.join(', then '))
    },
  })
}

/** One node failed. The message contains nothing of its URL, which can contain a key. */
class Failure extends Error {}

function unreachable(chain: Chain, reasons: string): Problem {
  return new Problem('chain.unreachable', `${chain.displayName} (chain ${chain.chainId}) could not be asked: ${reasons}.`)
}

/** Recently failed nodes come last. */
function inOrder(urls: readonly string[], isShunned: (url: string) => boolean): string[] {
  return [...urls.filter(url => !isShunned(url)), ...urls.filter(isShunned)]
}

function answerOf(body: string, id: number): RpcAnswer | undefined {
  const answer = parse(body)
  if (typeof answer !== 'object' || answer === null || !('id' in answer)) return undefined
  if ('error' in answer && isError(answer.error)) {
    const { code, message, data } = answer.error
    return { error: { code, message: message.slice(0, 1000), ...(data !== undefined && { data }) }, failedBefore: 0 }
  }
  // An error may lack the id of its request; a result must have it.
  return 'result' in answer && answer.id === id ? { result: answer.result } : undefined
}

function isError(error: unknown): error is { code: number; message: string; data?: unknown } {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false
  return typeof error.code === 'number' && typeof error.message === 'string'
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
