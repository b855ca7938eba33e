import { X509Certificate } from 'node:crypto'
import { lastBackup } from '../backup/schedule.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { freeBytes } from '../http/bounds/disk-reserve.ts'
import type { Keyring } from '../keys/keyring.ts'
import { outboxFolder, writtenMail } from '../mail/eml-folder.ts'
import type { Figures } from '../metrics/gauges.ts'
import { timeOf } from '../modules/health/in-time.ts'
import type { ServerFacts } from '../modules/health/parts.ts'
import type { Stores } from '../stores/all.ts'

export interface LookDeps {
  readonly config: Config
  readonly database: Database<Stores>
  readonly keyring: Keyring
  readonly figures: Pick<Figures, 'mail'>
  readonly publicUrl: () => string
  /** Free bytes that the server needs to work. */
  readonly leastFree: number
  readonly clock: () => number
}

/** Checks the parts of the server. A part whose state cannot be determined is left out. */
export function lookAround({ config, database, keyring, figures, publicUrl, leastFree, clock }: LookDeps) {
  const { databaseUrl, dataDir, diskReserve: reserve, limits, tls } = config
  const certificateEnds = tls && new X509Certificate(tls.cert).validToDate.getTime()
  // Rate limits are infinite when they are off.
  const rates = Number.isFinite(limits.atOnce) ? { address: limits.address, principal: limits.principal } : undefined

  return async (): Promise<ServerFacts> => {
    const began = performance.now()
    const [databaseMs, keys, free, mail, backup] = await Promise.all([
      timeOf(() => database.check()),
      keyring.status().then(status => ({ ...status, provider: keyring.provider, ms: performance.now() - began })),
      orNothing(freeBytes(dataDir)),
      orNothing(mailOf()),
      orNothing(lastBackup(database)),
    ])
    return {
      database: { engine: databaseUrl === undefined ? 'SQLite' : 'PostgreSQL', ms: databaseMs },
      keys,
      disk: free && { free: free.value, reserve, least: leastFree },
      mail: mail?.value,
      backup: backup && { everyMs: config.backup?.everyMs, last: backup.value },
      address: { url: publicUrl(), certificateEnds },
      limits: rates,
    }
  }

  async function mailOf(): Promise<NonNullable<ServerFacts['mail']>> {
    if (config.mail.smtpUrl === undefined) return { smtp: false, ...(await writtenMail(outboxFolder(dataDir), clock())) }
    const { waiting, oldestMs } = await figures.mail()
    return { smtp: true, waiting, oldest: waiting === 0 ? undefined : clock() - oldestMs }
  }
}

async function orNothing<T>(asked: Promise<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await asked }
  } catch {
    return undefined
  }
}
