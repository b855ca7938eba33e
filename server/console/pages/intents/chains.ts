import type { Contract } from '../../../../src/contract/all.ts'

export type Chain = Contract['chains.list']['reply']['chains'][number]

/** What the amounts of a chain are counted in; nothing for one that is no longer known. */
export function currencyIn(chains: readonly Chain[]): (chain: string) => string {
  const currencies = new Map(chains.map(({ name, native_currency }) => [name, native_currency]))
  return chain => currencies.get(chain) ?? ''
}
