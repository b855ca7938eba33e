import type { Database } from '../db/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Figures } from '../metrics/gauges.ts'
import type { Services } from '../services.ts'
import type { Stores } from '../stores/all.ts'

/** The sources of the metrics that are computed when they are requested. */
export function figuresOf(database: Database<Stores>, keyring: Keyring, services: Services): Figures {
  const { log, audit, passwords, passphrases, clock } = services
  return {
    database: () => database.figures(),
    keys: () => keyring.status(),
    readLog: () => log.figures(),
    audit: async () => ({
      unsigned: await database.read(stores => stores.audit.unsigned()),
      refused: audit.distrusted().length,
    }),
    hashing: () => passwords.waiting() + passphrases.waiting(),
    mail: async () => {
      const { waiting, oldest } = await database.read(({ outbox }) => outbox.figures())
      return { waiting, oldestMs: oldest === undefined ? 0 : Math.max(0, clock() - oldest) }
    },
  }
}
