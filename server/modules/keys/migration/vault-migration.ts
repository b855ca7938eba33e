import { randomUUID } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { idsOf, type KeyStore, type KeyStores } from '../../../keys/keystores.ts'
import { isRefusal } from '../../../keys/refusals.ts'
import type { NewEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { FactsStore } from '../../../stores/facts.ts'
import type { KeyPlaceStore } from '../../../stores/keys/key-places.ts'
import type { VaultKeys } from '../vault-keys.ts'
import type { OwnKeys } from './own-keys.ts'
import type { Plan } from './plan.ts'
import { signingKeyMoving } from './signing-keys.ts'
import { type Migration, type Read, readMigration, writeMigration } from './state.ts'

export interface VaultMigrationDeps {
  readonly database: Database<{ facts: FactsStore; keyPlaces: KeyPlaceStore; audit: AuditStore }>
  readonly keyring: KeyStores
  readonly vaultKeys: Pick<VaultKeys, 'moveTo'>
  readonly ownKeys: Pick<OwnKeys, 'move' | 'settle'>
  readonly plan: (to: KeyStore) => Promise<Plan>
  /** Destroys due KEKs. */
  readonly destroyDueKeks: () => Promise<number>
  /** Called for a refusal of a key store. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

/** The number of vaults moved at once: HSM and requests need capacity, too. */
const AT_ONCE = 4
const PAGE = 100
/** How long a process can take for some vaults before another process continues in its place. */
const HELD_MS = 30_000

/** Sentences about keys that could not be moved; the plan lists all of them. */
const ERRORS = 20

/** A refusal of a key store. */
interface Refusal {
  readonly of: 'vault' | 'server-keys' | 'signing-key'
  readonly sentence: string
}

/** Another process has taken over, or the migration has another target. */
class TakenOver extends Error {}

/**
 * Moves the keys that are not in the target key store: each vault with a rotation of its KEK, for which a new one is created there. The ids
 * of the keys show what is done, so a process that dies leaves nothing to undo.
 */
export function vaultMigration({
  database,
  keyring,
  vaultKeys,
  ownKeys,
  plan,
  destroyDueKeks,
  failed,
  clock,
}: VaultMigrationDeps) {
  const holder = randomUUID()
  const moveSigningKeys = signingKeyMoving({ database, keyring, clock })
  const stopping = new AbortController()
  const stopped = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve(), { once: true }))
  let under: Promise<void> | undefined

  const write = (before: Read, migration: Migration) => database.run(({ facts }) => writeMigration(facts, before, migration))

  /**
   * Takes the migration for this process, or renews its hold.
   * @throws TakenOver
   */
  async function hold({ migration, text }: Read): Promise<Read> {
    const held = await write({ migration, text }, { ...migration, holder, heldUntil: clock() + HELD_MS })
    if (!held || stopping.signal.aborted) throw new TakenOver()
    return held
  }

  async function work(): Promise<void> {
    const found = await database.read(({ facts }) => readMigration(facts))
    if (!found || isElsewhere(found.migration)) return
    // A server whose settings do not name that store leaves the work to the others.
    const to = keyring.stores.find(({ name }) => name === found.migration.to)
    if (!to) return
    if (found.migration.status !== 'running') return ownKeys.settle(to)
    let held = await hold(found)
    try {
      const { orgId, by: id, ip } = held.migration
      const refusals: Refusal[] = []
      await ownKeys.move(to, { orgId, id, ip }).catch(noting(refusals, 'server-keys', 'a key of the server itself'))
      await moveSigningKeys(to, { orgId, id, ip }, (what, error) => noting(refusals, 'signing-key', what)(error))
      held = await moveVaults(held, to, refusals)
      await destroyDueKeks()
      const { vaults, serverKeys, signingKeys, rotations, toDestroy, stays } = await plan(to)
      const refused = (kind: Refusal['of']) => refusals.filter(({ of }) => of === kind).length
      const toDo = vaults - refused('vault') + signingKeys - refused('signing-key') + rotations + toDestroy
      if (toDo + (refused('server-keys') > 0 ? 0 : serverKeys) > 0) return
      const left = stays.filter(({ kind }) => kind === 'versions' || kind === 'old-keys')
      const told = left.map(({ vault, reason }) => (vault === undefined ? reason : `${vault}: ${reason}`))
      return await end(held, to, [...refusals.map(({ sentence }) => sentence), ...told].slice(0, ERRORS))
    } finally {
      if (held.migration.status === 'running') await write(held, { ...held.migration, holder: null, heldUntil: 0 })
    }
  }

  /** If this is the only process, the one that held it has ended. */
  const isElsewhere = (migration: Migration) =>
    database.trustMs !== Number.POSITIVE_INFINITY && migration.holder !== holder && migration.heldUntil > clock()

  async function moveVaults(begun: Read, to: KeyStore, refusals: Refusal[]): Promise<Read> {
    let held = begun
    for (let after = ''; ; ) {
      const vaults = await database.read(({ keyPlaces }) =>
        keyPlaces.vaultsToMove(idsOf(keyring, to), begun.migration.startedAt, after, PAGE),
      )
      for (let at = 0; at < vaults.length; at += AT_ONCE) {
        held = await hold(held)
        const some = vaults.slice(at, at + AT_ONCE)
        await Promise.all(
          some.map(vault =>
            moveVault(vault, to, held.migration).catch(noting(refusals, 'vault', `vault ${vault.deleted_name ?? vault.name}`)),
          ),
        )
      }
      const last = vaults.at(-1)
      if (!last) return held
      after = last.id
    }
  }

  async function moveVault(vault: { id: string; org_id: string }, to: KeyStore, { by, ip }: Migration): Promise<void> {
    const kek = await keyring.createKekIn(to, randomUUID())
    const moved = vaultKeys.moveTo({ id: vault.id, orgId: vault.org_id }, kek, { id: by, ip }).catch((error: unknown) => {
      // Its keys are being rotated, or it no longer exists: the next run checks again.
      if (error instanceof Problem && error.code.startsWith('resource.')) return
      throw error
    })
    // A rotation of many versions continues by itself.
    await Promise.race([moved, stopped])
  }

  /** Refusals of key stores are recorded, and the rest continues; an unreachable key store ends the run. */
  const noting = (refusals: Refusal[], of: Refusal['of'], what: string) => (error: unknown) => {
    if (!isRefusal(error) && !(error instanceof Problem && error.code === 'feature.unconfigured')) throw error
    failed(error)
    refusals.push({ of, sentence: `${what}: a key store refuses it; the reason is in the log of the server.` })
  }

  async function end(held: Read, to: KeyStore, errors: readonly string[]): Promise<void> {
    const now = clock()
    const status = errors.length === 0 ? 'completed' : 'failed'
    const migration: Migration = { ...held.migration, status, errors, completedAt: now, holder: null, heldUntil: 0 }
    await database.run(async ({ facts, audit }) => {
      if (await writeMigration(facts, held, migration)) await audit.append([ended(migration, to)], now)
    })
  }

  return {
    /** Continues a running migration, if there is one. Several processes can call it; one of them works. */
    round(): Promise<void> {
      under ??= work()
        .catch((error: unknown) => {
          if (!(error instanceof TakenOver)) throw error
        })
        .finally(() => {
          under = undefined
        })
      return under
    },

    /** Ends after the current vaults. */
    async stop(): Promise<void> {
      stopping.abort()
      await under?.catch(() => {})
    },
  }
}

function ended({ id, orgId, vaults, status, errors = [] }: Migration, to: KeyStore): NewEvent {
  return {
    orgId,
    action: 'key.migrate',
    actorId: '',
    actorType: 'system',
    resourceType: 'key-store',
    resourceId: to.tag,
    details: { change: `migration ${status}`, migration: id, to: to.name, place: to.place, vaults, left: errors.length },
    ipAddress: '',
  }
}
