import { join } from 'node:path'
import type { Config } from '../../../server/config/config.ts'
import type { Database } from '../../../server/db/database.ts'
import { reapExpired } from '../../../server/jobs/reaper.ts'
import type { KeyStores } from '../../../server/keys/keystores.ts'
import { fileAnchor } from '../../../server/modules/audit/anchor.ts'
import { beginMacs } from '../../../server/modules/audit/mac-start.ts'
import { openServerKeys } from '../../../server/modules/keys/server/open.ts'
import { makeServices, type Services } from '../../../server/services.ts'
import { openServerDatabase } from '../../../server/start/database.ts'
import { openKeyStores } from '../../../server/start/key-stores.ts'
import type { Stores } from '../../../server/stores/all.ts'
import { keyName, type MacKeys } from '../../../server/stores/audit/mac.ts'

/** A server without its port and timers, for jobs. */
export interface Parts {
  readonly config: Config
  readonly database: Database<Stores>
  readonly keyring: KeyStores
  readonly services: Services
  readonly now: () => number
  advance(ms: number): void
  /** Deletes what has expired. */
  forget(): Promise<void>
  close(): Promise<void>
}

/**
 * @param step called before and after each call of the database, of a store within a transaction, and of the key provider, and before each
 * commit
 * @param ahead by how much its clock is ahead
 */
export async function openParts(config: Config, { step = () => {}, ahead = 0 } = {}): Promise<Parts> {
  let shift = ahead
  const clock = () => Date.now() + shift
  let auditKeys: MacKeys | undefined
  const database = watched(await openServerDatabase(config, () => auditKeys), step)
  const stores = await openKeyStores({ config, database, create: true })
  const keyring = eachCall(stores, step)
  const failed = (error: unknown) => void process.stderr.write(`${String(error)}\n`)
  const serverKeys = await openServerKeys({ database, keyring, clock, failed }, signing =>
    beginMacs({ database, signing, clock }),
  )
  auditKeys = serverKeys.audit
  const anchor = fileAnchor(join(config.dataDir, 'audit-anchor.json'), keyName(serverKeys.audit.find(1)))
  const services = await makeServices({
    config,
    publicUrl: () => 'http://1claw.test',
    database,
    keyring,
    serverKeys,
    anchor,
    sealKind: async () => 'none',
    sealAgain: undefined,
    hashing: undefined,
    signed: () => {},
    jobs: () => [],
    failed,
    clock,
  })
  return {
    config,
    database,
    keyring,
    services,
    now: clock,
    forget: reapExpired({ database, clock }),
    advance(ms) {
      shift += ms
    },
    async close() {
      await services.keyMigrations.stop()
      for (const end of [services.stopChecks, services.keyJobs.stop, services.outbound.close, services.tally.close]) await end()
      await services.log.drain()
      await anchor.save()
      await keyring.close()
      await database.close()
    },
  }
}

function watched(database: Database<Stores>, step: () => void): Database<Stores> {
  const beside = async <T>(call: () => Promise<T>): Promise<T> => {
    step()
    const result = await call()
    step()
    return result
  }
  return {
    ...database,
    read: work => beside(() => database.read(work)),
    run: work =>
      beside(() =>
        database.run(async stores => {
          const result = await work(eachStore(stores, step))
          step()
          return result
        }),
      ),
  }
}

/** The same stores; `step` is called around every access to rows. */
function eachStore(stores: Stores, step: () => void): Stores {
  const watched = (store: object): object =>
    new Proxy(store, {
      get(target, name) {
        const part: unknown = Reflect.get(target, name)
        if (typeof part === 'object' && part !== null) return watched(part)
        if (typeof part !== 'function') return part
        return (...args: unknown[]) => {
          step()
          const result: unknown = part.apply(target, args)
          if (!(result instanceof Promise)) return result
          return result.then(value => {
            step()
            return value
          })
        }
      },
    })
  return watched(stores) as Stores
}

/** The same key stores; `step` is called around every operation. */
function eachCall(stores: KeyStores, step: () => void): KeyStores {
  const wrapped = Object.entries(stores).map(([name, part]) => {
    if (typeof part !== 'function' || name === 'close' || name === 'providerOf') return [name, part]
    const call = async (...args: unknown[]) => {
      step()
      const result: unknown = await (part as (...args: unknown[]) => Promise<unknown>)(...args)
      step()
      return result
    }
    return [name, call]
  })
  return { ...stores, ...Object.fromEntries(wrapped) }
}
