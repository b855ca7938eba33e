import { getAddress } from 'viem/utils'
import { Problem } from '../../../../src/problem.ts'
import type { Outbound } from '../../../http/outbound.ts'
import { fields, isBytes, list, printable } from '../node/node-values.ts'
import type { Movement, Rehearsal, Simulated, Simulator } from './simulated.ts'

export interface TenderlySettings {
  /** Without a trailing slash. */
  readonly url: string
  readonly account: string
  readonly project: string
  readonly accessKey: string
}

const METHOD = 'tenderly'
const TIMEOUT_MS = 15_000
const MAX_BYTES = 32 * 1024 * 1024
const DASHBOARD = 'https://dashboard.tenderly.co'

/** With Tenderly (https://docs.tenderly.co/reference/api), which stores each simulation for people to inspect. */
export function simulateByTenderly(settings: TenderlySettings, outbound: Pick<Outbound, 'post'>): Simulator {
  const { url, account, project, accessKey } = settings
  const base = `${url}/api/v1/account/${encodeURIComponent(account)}/project/${encodeURIComponent(project)}`

  async function post(path: string, body: object): Promise<unknown> {
    const request = { url: base + path, headers: { 'x-access-key': accessKey }, body: JSON.stringify(body) }
    const reply = await outbound.post({ ...request, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES }).catch(() => {
      throw new Problem('chain.unreachable', 'Tenderly, which this server simulates with, did not answer.')
    })
    if (reply.status >= 300)
      throw new Problem('chain.unreachable', `Tenderly, which this server simulates with, answered ${reply.status}.`)
    return JSON.parse(reply.body)
  }

  return async rehearsal => {
    const requests = requestsOf(rehearsal)
    const [only] = requests
    const results =
      requests.length === 1
        ? [await post('/simulate', only ?? {})]
        : list(fields(await post('/simulate-bundle', { simulations: requests }), 'a result')['simulation_results'], 'results')
    if (results.length !== requests.length)
      throw new Problem('chain.unreachable', 'Tenderly simulated a different number of calls.')
    return results.map(result => simulated(result, `${DASHBOARD}/${account}/${project}/simulator/`))
  }
}

function requestsOf({ chain, from, calls }: Rehearsal): object[] {
  return calls.map(({ to, value, data, gasLimit }) => ({
    network_id: String(chain.chainId),
    from,
    // Tenderly also treats a call without a recipient as a creation.
    to: to ?? '',
    input: data,
    value: String(value),
    ...(gasLimit !== undefined && { gas: Number(gasLimit) }),
    save: true,
    simulation_type: 'full',
  }))
}

function simulated(result: unknown, dashboard: string): Simulated {
  const { transaction, simulation } = fields(result, 'a simulation')
  const { status, gas_used, error_message, transaction_info } = fields(transaction, 'a simulated transaction')
  const { id } = fields(simulation ?? {}, 'a simulation')
  const where = typeof id === 'string' ? { id, dashboardUrl: `${dashboard}${id}` } : {}
  const gas = typeof gas_used === 'number' && Number.isSafeInteger(gas_used) ? { gasUsed: gas_used } : {}
  if (status === true) {
    const { asset_changes } = fields(transaction_info ?? {}, 'transaction info')
    return {
      status: 'success',
      method: METHOD,
      ...gas,
      ...where,
      movements: list(asset_changes ?? [], 'asset changes').flatMap(movement),
    }
  }
  const error = typeof error_message === 'string' ? printable(error_message) : 'execution failed'
  const reason = error.replace(/^execution reverted:? */i, '')
  const revert = { code: 'ERROR', reason, text: reason || 'the contract gave no reason' }
  const failure = /insufficient (funds|balance) for/i.test(error)
    ? { code: 'INSUFFICIENT_FUNDS', error }
    : { code: 'EXECUTION_REVERTED', error, revert }
  return { status: 'reverted', method: METHOD, ...gas, ...where, movements: [], failure }
}

function movement(change: unknown): Movement[] {
  const { token_info, from, to, raw_amount } = fields(change, 'an asset change')
  const { standard, contract_address } = fields(token_info ?? {}, 'token info')
  const isNative = standard === 'NativeCurrency'
  if (!isNative && standard !== 'ERC20') return []
  const amount = typeof raw_amount === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(raw_amount) ? BigInt(raw_amount) : 0n
  const token = isNative ? null : address(contract_address)
  return token === undefined || amount === 0n ? [] : [{ token, from: address(from), to: address(to), amount }]
}

function address(value: unknown): `0x${string}` | undefined {
  return isBytes(value) && value.length === 42 ? getAddress(value) : undefined
}
