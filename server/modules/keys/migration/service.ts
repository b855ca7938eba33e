import { randomUUID } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import type { Database, StoresOf } from '../../../db/database.ts'
import { idsOf, type KeyStore } from '../../../keys/keystores.ts'
import { ACTIVE, activeStore, FIRST, SIGNER } from '../../../keys/store-facts.ts'
import type { UserActor } from '../../../policy/actor.ts'
import { recentSignIn } from '../../../policy/caller.ts'
import { grantEvent } from '../../../policy/event.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { KeyPlaceStore } from '../../../stores/keys/key-places.ts'
import { type OwnKeysDeps, ownKeys } from './own-keys.ts'
import { migrationPlan, type Plan } from './plan.ts'
import { type Migration, readMigration, writeMigration } from './state.ts'
import { type VaultMigrationDeps, vaultMigration } from './vault-migration.ts'

export interface KeyMigrationDeps
  extends Omit<VaultMigrationDeps, 'plan' | 'ownKeys' | 'database'>,
    Omit<OwnKeysDeps, 'database'> {
  readonly database: Database<{ keyPlaces: KeyPlaceStore } & StoresOf<OwnKeysDeps>>
  /** Called for an interrupted run; the next one continues. */
  readonly failed: (error: unknown) => void
}

export type KeyMigrations = ReturnType<typeof keyMigrations>
type Provider = 'software' | 'pkcs11'
type Admin = Grant<'platform.admin'>

/** The plan of a migration to a key store. */
export interface MigrationView {
  readonly to: KeyStore
  readonly connected: boolean
  readonly from: readonly KeyStore[]
  readonly plan: Plan
  /** Whether new keys are created in it. */
  readonly isActive: boolean
  /** Whether the database is tied to it and needs no other store. */
  readonly isTied: boolean
  /** The position of the store in the settings, and the other stores. */
  readonly isNext: boolean
  /** The running migration to this store, or the last one. */
  readonly migration: (Migration & { readonly moved: number }) | undefined
}

/** Moves keys from one configured key store to another, while the server runs. */
export function keyMigrations(deps: KeyMigrationDeps) {
  const { database, keyring, clock, failed } = deps
  const own = ownKeys(deps)
  const plan = migrationPlan({ ...deps, ownKeys: own })
  const work = vaultMigration({ ...deps, ownKeys: own, plan })

  /** @throws Problem `feature.unconfigured` */
  function storeFor(provider: Provider): KeyStore {
    // If there are two tokens, the next one: to go back, swap them in the settings.
    const store = keyring.stores.findLast(store => store.keyring.provider === provider)
    if (store) return store
    throw new Problem('feature.unconfigured', `The settings of this server name no ${provider} key store.`, {
      hint: `Set ONECLAW_NEXT_KEYSTORE=${provider} and what it needs on every server, start them again, then run this again.`,
    })
  }

  async function view(to: KeyStore): Promise<MigrationView> {
    const planned = await plan(to)
    const { active, signer, found } = await database.read(async ({ facts }) => ({
      active: await activeStore(facts),
      signer: await facts.get(SIGNER),
      found: (await readMigration(facts))?.migration,
    }))
    const migration = found?.to === to.name ? { ...found, moved: Math.max(0, found.vaults - planned.vaults) } : undefined
    return {
      to,
      connected: (await to.keyring.status()).connected,
      from: keyring.stores.filter(store => store !== to),
      plan: planned,
      isActive: active === to.name,
      isTied: signer === to.name,
      isNext: keyring.stores.indexOf(to) > 0,
      migration,
    }
  }

  async function ensureReachable(to: KeyStore): Promise<void> {
    if ((await to.keyring.status()).connected) return
    throw new Problem('keys.unavailable', `The key store that keys would be moved to does not answer: ${to.place}.`, {
      hint: 'Nothing was changed. Check the device, then run this again.',
      retryAfter: 5,
    })
  }

  async function begin(grant: Admin, to: KeyStore): Promise<void> {
    const vaults = await database.read(({ keyPlaces }) => keyPlaces.countVaults(idsOf(keyring, to)))
    await database.run(async ({ facts, audit }) => {
      const before = await readMigration(facts)
      if (before?.migration.status === 'running' && before.migration.to === to.name) return
      const from = (await activeStore(facts)) ?? keyring.signer
      // From the first migration on, ids without a tag belong to the previous store.
      await facts.settle(FIRST, keyring.first)
      if (from !== to.name && !(await facts.change(ACTIVE, await facts.get(ACTIVE), to.name))) throw new Outpaced()
      const now = clock()
      const migration: Migration = {
        id: randomUUID(),
        to: to.name,
        orgId: grant.orgId,
        by: grant.actor.id,
        ip: grant.ip,
        status: 'running',
        vaults,
        startedAt: now,
        completedAt: null,
        holder: null,
        heldUntil: 0,
      }
      if (!(await writeMigration(facts, before, migration))) throw new Outpaced()
      const details = { change: 'migration started', migration: migration.id, from, to: to.name, place: to.place, vaults }
      const about = { resourceType: 'key-store', resourceId: to.tag, details }
      await audit.append([grantEvent(grant, 'key.migrate', about)], now)
    })
  }

  return {
    show: async (_grant: Admin, to: Provider): Promise<MigrationView> => view(storeFor(to)),

    /** Starts a migration, which continues after this resolves; or returns the running one to this store. */
    async start(grant: Admin, actor: UserActor, provider: Provider): Promise<MigrationView> {
      recentSignIn(actor, clock())
      const to = storeFor(provider)
      await ensureReachable(to)
      await insisting(() => begin(grant, to))
      work.round().catch(failed)
      return view(to)
    },

    round: work.round,
    stop: work.stop,
  }
}

/** A concurrent write, usually by the process that renews its hold on the migration. */
class Outpaced extends Error {}

const TRIES = 10

async function insisting(begin: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof Outpaced)) throw error
      if (tries === TRIES)
        throw new Problem('resource.conflict', 'Another migration of keys was started at the same moment. Run this again.')
    }
  }
}
