import type { Database } from './db/database.ts'
import type { Outbound } from './http/outbound.ts'
import type { IntentConfig } from './intent-config.ts'
import type { Keyring } from './keys/keyring.ts'
import { type ChainDirectory, isNamed } from './modules/chains/directory.ts'
import { chainRpcs } from './modules/chains/rpc.ts'
import type { assembleIntents } from './modules/intents/assembly.ts'
import { following } from './modules/intents/following.ts'
import { listing } from './modules/intents/listing.ts'
import { sender } from './modules/intents/sending.ts'
import { spentToday } from './modules/intents/spent-today.ts'
import { signingKeys } from './modules/secrets/signing-keys.ts'
import type { Authorize } from './policy/authorize.ts'
import type { NewEvent } from './policy/event.ts'
import type { Stores } from './stores.ts'

export interface IntentServiceDeps {
  readonly config: IntentConfig
  readonly database: Database<Stores>
  readonly keyring: Keyring
  readonly directory: ChainDirectory
  readonly outbound: Outbound
  readonly authorize: Authorize
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** What signs, simulates and follows transactions. */
export function intentServices({ config, database, keyring, directory, outbound, authorize, record, clock }: IntentServiceDeps) {
  const rpc = chainRpcs({ outbound })
  const chains = { find: directory.find, byChainId: directory.byChainId, isNamed, rpc }
  let assembled: Promise<ReturnType<typeof assembleIntents>> | undefined

  /** Put together with the first call: EVM encoding takes a third of a second and 30 MB to load. */
  const intents = () => {
    assembled ??= import('./modules/intents/assembly.ts').then(({ assembleIntents }) =>
      assembleIntents({
        database,
        chains,
        outbound,
        authorize,
        signingKeys: signingKeys({ database, keyring, clock }),
        tenderly: config.tenderly,
        record,
        clock,
      }),
    )
    return assembled
  }

  return {
    intents,
    transactions: listing({ database, chains, clock }),
    spentToday: spentToday({ database, clock }),
    following: following({ database, chains, send: sender(rpc), filling: async () => (await intents()).filling, clock }),
  }
}
