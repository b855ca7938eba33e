import type { Entries } from '../../../ui/form/entries.ts'
import { lineFault, linesOf } from '../../../ui/form/lines.ts'
import { addressFault, amountFault } from '../form/entries.ts'
import type { AgentFields } from '../form/fields.ts'

export type Limits = Pick<
  AgentFields,
  'tx_allowed_chains' | 'tx_to_allowlist' | 'tx_max_value_eth' | 'tx_daily_limit_eth' | 'tx_block_unlimited_approvals'
>

/** A limit that can be turned off, by its field. */
export type Free = 'tx_allowed_chains' | 'tx_to_allowlist' | 'tx_max_value_eth' | 'tx_daily_limit_eth'

/** The name of the checkbox that turns the limit off. */
export const freeBox = (limit: Free) => `free_${limit}`

/** The form's limits of an agent on a chain. */
export function limitsIn(entry: Entries, chain: string): Limits {
  const isFree = (limit: Free) => entry(freeBox(limit)) !== ''
  const amount = (limit: Free) => (isFree(limit) ? null : entry(limit).trim() || null)
  return {
    tx_allowed_chains: isFree('tx_allowed_chains') ? [] : [chain],
    tx_to_allowlist: isFree('tx_to_allowlist') ? [] : linesOf(entry('tx_to_allowlist')),
    tx_max_value_eth: amount('tx_max_value_eth'),
    tx_daily_limit_eth: amount('tx_daily_limit_eth'),
    tx_block_unlimited_approvals: entry('tx_block_unlimited_approvals') !== '',
  }
}

/** The errors in them: nothing may be left open except by choice. */
export function limitFaults(entry: Entries): Record<string, string> {
  const isFree = (limit: Free) => entry(freeBox(limit)) !== ''
  const amount = (limit: Free) =>
    isFree(limit) ? undefined : entry(limit).trim() === '' ? 'Enter an amount, or choose no limit.' : amountFault(entry(limit))
  const addresses = entry('tx_to_allowlist')
  const faults: Record<string, string | undefined> = {
    tx_to_allowlist: isFree('tx_to_allowlist')
      ? undefined
      : linesOf(addresses).length === 0
        ? 'Enter at least one address, or choose any address.'
        : lineFault(addresses, addressFault),
    tx_max_value_eth: amount('tx_max_value_eth'),
    tx_daily_limit_eth: amount('tx_daily_limit_eth'),
  }
  return Object.fromEntries(Object.entries(faults).filter((fault): fault is [string, string] => fault[1] !== undefined))
}

/** The missing limits. */
export function freeIn(limits: Limits): readonly Free[] {
  const names = ['tx_allowed_chains', 'tx_to_allowlist', 'tx_max_value_eth', 'tx_daily_limit_eth'] as const
  return names.filter(name => limits[name] === null || limits[name]?.length === 0)
}
