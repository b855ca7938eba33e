import type { IntentConfig } from '../../config/tenderly.ts'
import type { Database } from '../../db/database.ts'
import type { Outbound } from '../../http/outbound.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { Stores } from '../../stores/all.ts'
import type { assembleIntents } from './assembly.ts'
import { following } from './lifecycle/following.ts'
import type { SigningKeys } from './lifecycle/keys-of-agent.ts'
import { sender } from './lifecycle/sending.ts'
import { spentToday } from './lifecycle/spent-today.ts'
import { listing } from './listing.ts'
import type { Chains, PaymentTermsOf } from './ports.ts'
import { spendingByDay } from './spending-by-day.ts'

export interface IntentAreaDeps {
  readonly config: IntentConfig
  readonly database: Database<Stores>
  readonly chains: Chains
  readonly signingKeys: SigningKeys
  /** The price of a request to this server, for agents that pay with a key that it keeps. */
  readonly paymentTerms: PaymentTermsOf
  readonly outbound: Outbound
  readonly authorize: Authorize
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** Signs, simulates and follows transactions. */
export function intentArea({ config, ...deps }: IntentAreaDeps) {
  const { database, chains, clock } = deps
  let assembled: Promise<ReturnType<typeof assembleIntents>> | undefined

  /** Assembled with the first call: EVM encoding takes a third of a second and 30 MB to load. */
  const intents = () => {
    assembled ??= import('./assembly.ts').then(({ assembleIntents }) => assembleIntents({ ...deps, tenderly: config.tenderly }))
    return assembled
  }

  return {
    intents,
    transactions: listing({ database, chains, clock }),
    spentToday: spentToday({ database, clock }),
    spendingByDay: spendingByDay({ database, authorize: deps.authorize, clock }),
    following: following({
      database,
      chains,
      send: sender(chains.rpc),
      gapFiller: async () => (await intents()).gapFiller,
      clock,
    }),
  }
}
