import type { Rpc, RpcError } from '../../../http/json-rpc.ts'
import { count, fields, hex, isBytes, isUnsupported, list, printable } from '../node/node-values.ts'
import { revertOf } from '../node/reverts.ts'
import type { Chain } from '../ports.ts'
import { movementsOf } from './movements.ts'
import type { Rehearsal, Simulated, Simulator } from './simulated.ts'

const METHOD = 'eth_simulateV1'
/** How long a chain's lack of support is remembered. */
const INCAPABLE_MS = 3_600_000

/** With the chain's own nodes, tracing every transfer (execution-apis: eth_simulateV1). */
export function simulateV1(rpcOf: (chain: Chain) => Rpc, clock: () => number = () => performance.now()): Simulator {
  const incapable = new Map<number, number>()

  return async rehearsal => {
    const { chain } = rehearsal
    const since = incapable.get(chain.chainId)
    if (since !== undefined && clock() - since < INCAPABLE_MS) return undefined
    const outcome = await run(rpcOf(chain), rehearsal)
    if (outcome === 'unsupported') incapable.set(chain.chainId, clock())
    return typeof outcome === 'string' ? undefined : outcome
  }
}

/**
 * Nodes refuse the whole request if one call cannot even start, for example without funds, and do not say which. The calls are then added
 * one by one; a refused one counts as failed, and later ones are judged without it.
 */
async function run(rpc: Rpc, rehearsal: Rehearsal): Promise<Simulated[] | 'unsupported' | 'not understood'> {
  const whole = await attempt(rpc, rehearsal)
  if ('results' in whole) return whole.results
  if (isUnsupported(whole.error)) return 'unsupported'
  if (isMisunderstood(whole.error)) return 'not understood'
  const { calls } = rehearsal
  const results: Simulated[] = []
  const good: Rehearsal['calls'][number][] = []
  for (const call of calls) {
    const tried = calls.length === 1 ? whole : await attempt(rpc, { ...rehearsal, calls: [...good, call] })
    if ('results' in tried) {
      good.push(call)
      results.push(tried.results[good.length - 1] as Simulated)
    } else results.push(refused(tried.error))
  }
  return results
}

type Attempt = { readonly results: Simulated[] } | { readonly error: RpcError }

async function attempt(rpc: Rpc, { from, calls }: Rehearsal): Promise<Attempt> {
  const request = {
    blockStateCalls: [
      {
        calls: calls.map(({ to, value, data, gasLimit }) => ({
          from,
          ...(to !== null && { to }),
          value: hex(value),
          data,
          ...(gasLimit !== undefined && { gas: hex(gasLimit) }),
        })),
      },
    ],
    traceTransfers: true,
    validation: false,
  }
  const answer = await rpc.call(METHOD, [request, 'latest'])
  if (answer.error) return { error: answer.error }
  const [block] = list(answer.result, 'simulated blocks')
  const results = list(fields(block, 'a simulated block')['calls'], 'simulated calls').map(resultOf)
  if (results.length !== calls.length)
    return { error: { code: -32000, message: 'the node simulated a different number of calls' } }
  return { results }
}

/** Some nodes cannot simulate every kind of call: anvil, for example, cannot simulate the creation of a contract. */
function isMisunderstood({ code, message }: RpcError): boolean {
  return code === -32602 || /invalid (transaction request|params|argument)/i.test(message)
}

function resultOf(call: unknown): Simulated {
  const { status, gasUsed, logs, returnData, error } = fields(call, 'a simulated call')
  const gas = count(gasUsed, 'an amount of gas')
  if (status === '0x1') return { status: 'success', method: METHOD, gasUsed: gas, movements: movementsOf(logs ?? []) }
  const { message, data } = fields(error ?? {}, 'an error')
  const text = typeof message === 'string' ? printable(message) : 'execution failed'
  const bytes = [returnData, data].find(each => isBytes(each) && each !== '0x')
  // A call that reverts without a reason also has no bytes; other failures, such as running out of gas, have their own message.
  const revert = isBytes(bytes) ? revertOf(bytes) : /revert/i.test(text) ? revertOf('0x') : undefined
  const failure = { code: revert ? 'EXECUTION_REVERTED' : 'EXECUTION_FAILED', error: text, ...(revert && { revert }) }
  return { status: 'reverted', method: METHOD, gasUsed: gas, movements: [], failure }
}

/** A call that the node would not start. */
function refused({ message }: RpcError): Simulated {
  const code = /insufficient (funds|balance)/i.test(message) ? 'INSUFFICIENT_FUNDS' : 'REFUSED'
  return { status: 'reverted', method: METHOD, movements: [], failure: { code, error: printable(message) } }
}
