import { wholeUnits } from '../../intents/transaction.ts'
import type { Limits } from './limits.ts'

/** A transaction to try the limits of an agent with. */
export interface Trial {
  readonly title: string
  readonly to: string
  /** In the chain's own unit. */
  readonly value: string
  /** The guardrail that should stop it; absent if it should pass. */
  readonly against?: 'amount' | 'address'
}

const SMALL = '0.001'
const HUGE = '1000'
/** Addresses whose keys nobody has. */
const NOBODYS = ['0x000000000000000000000000000000000000dEaD', '0x000000000000000000000000000000000000bEEF'] as const

/**
 * Three transactions: one within the limits, one of too much, one to a wrong address.
 * @param own the agent's address: without a list, the first goes there, so that nothing is lost when it is sent for real
 */
export function trialsOf(
  { tx_to_allowlist: addresses, tx_max_value_eth: most, tx_daily_limit_eth: daily }: Limits,
  own: string,
): readonly [Trial, Trial, Trial] {
  const lower = addresses.map(address => address.toLowerCase())
  const wrong = NOBODYS.find(address => !lower.includes(address.toLowerCase())) ?? NOBODYS[0]
  const to = addresses[0] ?? own
  const limit = most ?? daily
  const value = limit !== null && units(limit) < units(SMALL) ? limit : SMALL
  return [
    { title: 'Within the limits', to, value },
    { title: 'Too much', to, value: limit === null ? HUGE : wholeUnits((units(limit) * 2n).toString()), against: 'amount' },
    { title: 'Wrong address', to: wrong, value, against: 'address' },
  ]
}

function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(18, '0'))
}
