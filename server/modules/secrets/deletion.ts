import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { PageQuery } from '../../http/paging.ts'
import { denied } from '../../policy/denial.ts'
import { type EventDetails, grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { DeletionStore, Lapsed } from '../../stores/keys/deletions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore, VersionSummary } from '../../stores/secrets.ts'
import { placeOf } from '../../stores/vaults.ts'
import { secretEvent, whetherGone } from './events.ts'
import { unknownVault } from './keys.ts'
import { secretPages } from './listing.ts'
import { type UnsealDeps, type UnsealStores, unsealer } from './opening.ts'
import { ensureUsable, unknownSecret, unknownVersion } from './usable.ts'
import type { SecretWriting } from './writing.ts'

type Stores = UnsealStores & {
  readonly secrets: SecretStore
  readonly deletions: DeletionStore
  readonly vaultKeys: VaultKeyStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly audit: AuditStore
}

export interface DeletionDeps extends UnsealDeps {
  readonly database: Database<Stores>
  readonly ensureRoom: EnsureRoom
  readonly writing: Pick<SecretWriting, 'rollBack'>
  /** Commits events of reads before they are answered. */
  readonly recordReads: (events: readonly NewEvent[]) => Promise<void>
  /** The retention period of deleted secrets, ms. */
  readonly retentionMs: number
  /** Called for a secret that could not be purged; it is tried again. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

export type SecretDeletion = ReturnType<typeof secretDeletion>

/** The number of secrets purged in one transaction. */
const AT_ONCE = 50

/** Restores secrets, or purges them. */
export function secretDeletion(deps: DeletionDeps) {
  const { database, ensureRoom, writing, recordReads, retentionMs, failed, clock } = deps
  const unseal = unsealer(deps)

  /**
   * The secret at a path for a purge, deleted or not.
   * @throws Problem `resource.unknown`
   */
  async function purge(grant: Grant<'secret.delete'>, how: (stores: Stores, id: string) => Promise<number>): Promise<number> {
    const { vault, path } = grant.resource
    if (grant.actor.type === 'agent') throw denied('people-only', 'Agents cannot purge: what they delete can be restored.')
    return database.run(async stores => {
      const { secrets, vaultKeys, audit } = stores
      if (!(await vaultKeys.hold(vault))) throw unknownVault()
      const head = await secrets.head(vault, path)
      if (!head) throw unknownSecret()
      const versions = await how(stores, head.id)
      const details = { versions, ...(await whetherGone(secrets, head.id)) }
      await audit.append([secretEvent(grant, 'secret.purge', { id: head.id, path }, details)], clock())
      return versions
    })
  }

  const deletedPages = secretPages((vault, range) =>
    database.report(({ secrets }) => secrets.deleted(vault, range, clock() - retentionMs)),
  )

  /** A page of deleted secrets that can still be restored, of paths that the caller can read. */
  async function deletedIn({ resource: { vault, mayRead } }: Grant<'secret.list'>, query: PageQuery) {
    const { rows, ...next } = await deletedPages(vault, mayRead, '', query)
    return { rows: rows.map(row => ({ ...row, purge_at: row.deleted_at + retentionMs })), ...next }
  }

  return {
    deletedIn,

    /** The same, recorded as a view of the vault. */
    async deleted(grant: Grant<'secret.list'>, query: PageQuery) {
      const { vault } = grant.resource
      const { rows, ...next } = await deletedIn(grant, query)
      const about = { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id }
      await recordReads([grantEvent(grant, 'secret.list', { ...about, details: { deleted: true, count: rows.length } })])
      return { rows, ...next }
    },

    /** Restores the versions that the last deletion removed. */
    async restore(grant: Grant<'secret.write'>): Promise<VersionSummary> {
      const { vault, path } = grant.resource
      const now = clock()
      return database.run(async stores => {
        const { secrets, deletions, vaultKeys, audit } = stores
        if (!(await vaultKeys.hold(vault))) throw unknownVault()
        const head = await secrets.head(vault, path)
        if (!head) throw unknownSecret()
        const { deleted_at } = head
        if (deleted_at === null) throw new Problem('resource.conflict', 'This secret is not deleted.')
        if (deleted_at <= now - retentionMs) throw unknownSecret()
        await ensureRoom(stores, vault.orgId, 'secrets')
        const versions = await deletions.restoreSecret(vault, head.id, deleted_at)
        await audit.append([secretEvent(grant, 'secret.restore', { id: head.id, path }, { versions })], now)
        const row = await secrets.latest(vault, path)
        if (!row) throw unknownSecret()
        return row
      })
    },

    /** The value is never returned: it is opened and sealed again as the next version. */
    async rollBack(grant: Grant<'secret.write'>, version: number): Promise<VersionSummary> {
      const { vault, path } = grant.resource
      const found = await database.read(({ secrets }) => secrets.version(vault, path, version))
      if (!found) throw unknownVersion(version)
      const row = ensureUsable(found, clock())
      if (grant.actor.type === 'agent' && row.max_access_count > 0)
        throw denied('read-limit', 'The reads of that version are limited: only a person can write its value again.')
      if (row.cmek_fingerprint !== vault.cmekFingerprint) {
        throw new Problem('resource.conflict', 'That version is not encrypted with the customer key of this vault.', {
          hint: 'Read it and write its value again.',
        })
      }
      return writing.rollBack(grant, row, await unseal(vault, row))
    },

    purge: (grant: Grant<'secret.delete'>): Promise<number> =>
      purge(grant, ({ deletions }, id) => deletions.purgeSecret(grant.resource.vault, id)),

    prune: (grant: Grant<'secret.delete'>, keep: number): Promise<number> =>
      purge(grant, ({ deletions }, id) => deletions.purgeOldVersions(grant.resource.vault, id, keep)),

    /**
     * Purges what was deleted longer ago than the retention period. Each batch is a transaction; a process that dies leaves the rest to the
     * next run. If a batch fails, each of its secrets is tried separately, so the others are still purged.
     */
    async purgeLapsed(): Promise<void> {
      const before = clock() - retentionMs
      for (let after: string | undefined = ''; after !== undefined; ) {
        const from: string = after
        const lapsed = await database.read(({ deletions }) => deletions.lapsedSecrets(before, from, AT_ONCE))
        await purgeAll(lapsed, before).catch(async () => {
          for (const secret of lapsed) await purgeAll([secret], before).catch(failed)
        })
        after = lapsed.at(-1)?.id
      }
    },
  }

  async function purgeAll(lapsed: readonly Lapsed[], before: number): Promise<void> {
    await database.run(async ({ deletions, secrets, audit }) => {
      const events: NewEvent[] = []
      for (const secret of lapsed) {
        const versions = await deletions.purgeLapsed(placeOf(secret), secret.id, before)
        if (versions > 0) events.push(purged(secret, { versions, ...(await whetherGone(secrets, secret.id)) }))
      }
      await audit.append(events, clock())
    })
  }
}

function purged({ id, path, vault_id, org_id }: Lapsed, left: EventDetails): NewEvent {
  return {
    orgId: org_id,
    action: 'secret.purge',
    actorId: '',
    actorType: 'system',
    resourceType: 'secret',
    resourceId: id,
    vaultId: vault_id,
    details: { path, ...left },
    ipAddress: '',
  }
}
