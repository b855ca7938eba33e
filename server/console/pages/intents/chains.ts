import type { Contract } from '../../../../src/contract/all.ts'

export type Chain = Contract['chains.list']['reply']['chains'][number]

/** The currency of a chain's amounts; nothing for an unknown chain. */
export function currencyIn(chains: readonly Chain[]): (chain: string) => string {
  const currencies = new Map(chains.map(({ name, native_currency }) => [name, native_currency]))
  return chain => currencies.get(chain) ?? ''
}
