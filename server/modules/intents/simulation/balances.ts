import { decimal } from '../amounts.ts'
import type { Tokens } from '../node/tokens.ts'
import type { Chain } from '../ports.ts'
import type { Movement } from './simulated.ts'

/** How one account's holdings of one token change; amounts are decimal numbers of whole tokens. */
export interface BalanceChange {
  address: string
  /** Absent for the native currency. */
  token?: string
  token_symbol?: string
  token_decimals?: number
  before?: string
  after?: string
  change: string
}

/** The maximum number of listed changes of one call. */
const MAX_LISTED = 60
const SEPARATOR = ' '

/** Adds up the movements of consecutive calls, with names. */
export async function balanceChanges(
  tokens: Tokens,
  chain: Chain,
  calls: readonly (readonly Movement[])[],
): Promise<BalanceChange[][]> {
  const sums = calls.map(sumsOf)
  const keys = [...new Set(sums.flatMap(changes => [...changes.keys()].slice(0, MAX_LISTED)))]
  const before = new Map(await Promise.all(keys.map(async key => [key, await balanceOf(tokens, chain, key)] as const)))
  const infos = await infosOf(tokens, chain, keys)
  return sums.map(changes =>
    [...changes].slice(0, MAX_LISTED).map(([key, change]) => {
      const { address, token } = parts(key)
      const held = before.get(key)
      if (held !== undefined) before.set(key, held + change)
      const info = token === undefined ? { symbol: chain.currency, decimals: 18 } : infos.get(token)
      const shown = (units: bigint) => decimal(units, info?.decimals ?? 0)
      return {
        address,
        ...(token !== undefined && { token }),
        ...(info && { token_symbol: info.symbol, token_decimals: info.decimals }),
        ...(held !== undefined && { before: shown(held), after: shown(held + change) }),
        change: `${change > 0n ? '+' : ''}${shown(change)}`,
      }
    }),
  )
}

/** `address token` → its gain, without zeros. */
function sumsOf(movements: readonly Movement[]): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const add = (address: string | undefined, token: string | null, amount: bigint) => {
    if (address === undefined) return
    const key = token === null ? address : address + SEPARATOR + token
    sums.set(key, (sums.get(key) ?? 0n) + amount)
  }
  for (const { token, from, to, amount } of movements) {
    add(from, token, -amount)
    add(to, token, amount)
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0n))
}

function parts(key: string): { address: string; token: string | undefined } {
  const [address = '', token] = key.split(SEPARATOR)
  return { address, token }
}

async function balanceOf(tokens: Tokens, chain: Chain, key: string): Promise<bigint | undefined> {
  const { address, token } = parts(key)
  return tokens.balance(chain, token ?? null, address)
}

async function infosOf(tokens: Tokens, chain: Chain, keys: readonly string[]) {
  const contracts = [...new Set(keys.flatMap(key => parts(key).token ?? []))]
  return new Map(await Promise.all(contracts.map(async token => [token, await tokens.info(chain, token)] as const)))
}
