import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { isConfined, isOrgAdmin } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { type EventDetails, grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { DeletionStore } from '../../stores/keys/deletions.ts'
import type { VaultRow, VaultStore } from '../../stores/vaults.ts'

export interface VaultDeletionDeps {
  readonly database: Database<{
    vaults: VaultStore
    deletions: DeletionStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
  }>
  readonly ensureRoom: EnsureRoom
  /** Has the key provider destroy the keys of vaults that are gone. */
  readonly destroyDueKeks: () => Promise<number>
  /** How long a deleted vault can be restored, ms. */
  readonly retentionMs: number
  /** Called for keys that could not be destroyed at once; a job destroys them later. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

export type VaultDeletion = ReturnType<typeof vaultDeletion>

const AT_ONCE = 20

/** Deletes vaults: first in a way that can be undone, then permanently, with their keys. */
export function vaultDeletion({ database, ensureRoom, destroyDueKeks, retentionMs, failed, clock }: VaultDeletionDeps) {
  /** After the commit nothing can be opened any more; a key that is not destroyed at once is destroyed by a job. */
  async function purge(orgId: string, id: string, eventOf: (name: string) => NewEvent): Promise<void> {
    await database.run(async ({ vaults, deletions, audit }) => {
      const row = (await vaults.byId(orgId, id)) ?? (await deletions.deletedVault(orgId, id))
      if (!row || !(await vaults.remove(orgId, id))) throw unknownVault()
      await audit.append([eventOf(row.deleted_name ?? row.name)], clock())
    })
    await destroyDueKeks().catch(failed)
  }

  async function ensureOwn({ orgId, resource: { vault } }: Grant<'vault.delete'>): Promise<void> {
    const row = await database.read(({ vaults }) => vaults.byId(orgId, vault.id))
    if (row?.is_system) throw denied('server-vault', 'This vault belongs to the server and cannot be deleted.')
  }

  return {
    async remove(grant: Grant<'vault.delete'>): Promise<void> {
      const { id } = grant.resource.vault
      await ensureOwn(grant)
      await database.run(async ({ deletions, audit }) => {
        if (!(await deletions.deleteVault(grant.orgId, id, clock()))) throw unknownVault()
        await audit.append([eventOf(grant, 'vault.delete', id)], clock())
      })
    },

    async purge(grant: Grant<'vault.delete'>): Promise<void> {
      const { id } = grant.resource.vault
      await ensureOwn(grant)
      await purge(grant.orgId, id, () => eventOf(grant, 'vault.delete', id, { purged: true }))
    },

    purgeDeleted: (grant: Grant<'vault.restore'>): Promise<void> =>
      purge(grant.orgId, grant.resource.deleted.id, name => eventOf(grant, 'vault.purge', grant.resource.deleted.id, { name })),

    /** The vaults that the caller can restore, newest first. */
    async list({ actor, orgId }: Grant<'vault.list'>): Promise<VaultRow[]> {
      const rows = await database.read(({ deletions }) => deletions.deletedVaults(orgId))
      const restorable = rows.filter(row => (row.deleted_at ?? 0) > clock() - retentionMs)
      if (isConfined(actor)) return []
      return isOrgAdmin(actor)
        ? restorable
        : restorable.filter(row => row.created_by_type === actor.type && row.created_by === actor.id)
    },

    /** When a deleted vault is purged, epoch milliseconds. */
    purgeAt: (row: VaultRow): number => (row.deleted_at ?? 0) + retentionMs,

    async restore(grant: Grant<'vault.restore'>, name?: string): Promise<VaultRow> {
      const { id } = grant.resource.deleted
      try {
        return await database.run(async stores => {
          const { vaults, deletions, audit } = stores
          const row = await deletions.deletedVault(grant.orgId, id)
          if (!row || (row.deleted_at ?? 0) <= clock() - retentionMs) throw unknownVault()
          const called = name ?? row.deleted_name ?? row.name
          if (await vaults.nameTaken(row.org_id, called)) throw taken(called)
          await ensureRoom(stores, row.org_id, 'vaults')
          await deletions.restoreVault(grant.orgId, id, called)
          await audit.append([eventOf(grant, 'vault.restore', id, { name: called })], clock())
          const restored = await vaults.byId(grant.orgId, id)
          if (!restored) throw unknownVault()
          return restored
        })
      } catch (error) {
        throw isUniqueViolation(error) ? taken(name ?? '') : error
      }
    },

    /**
     * Purges vaults that were deleted longer ago than the retention period. Each is a separate transaction; a failure does not stop the
     * others.
     */
    async purgeLapsed(): Promise<void> {
      const before = clock() - retentionMs
      for (let after: string | undefined = ''; after !== undefined; ) {
        const from: string = after
        const lapsed = await database.read(({ deletions }) => deletions.lapsedVaults(before, from, AT_ONCE))
        for (const { id, org_id } of lapsed) {
          await purge(org_id, id, name => lapsedEvent(org_id, id, name)).catch((error: unknown) => {
            if (!isGone(error)) failed(error)
          })
        }
        after = lapsed.at(-1)?.id
      }
    },
  }
}

/** Another process was faster. */
function isGone(error: unknown): boolean {
  return error instanceof Problem && error.code === 'resource.unknown'
}

function eventOf(
  grant: Grant<'vault.delete' | 'vault.restore'>,
  action: string,
  id: string,
  details: EventDetails = {},
): NewEvent {
  return grantEvent(grant, action, { resourceType: 'vault', resourceId: id, vaultId: id, details })
}

function lapsedEvent(orgId: string, id: string, name: string): NewEvent {
  return {
    orgId,
    action: 'vault.purge',
    actorId: '',
    actorType: 'system',
    resourceType: 'vault',
    resourceId: id,
    vaultId: id,
    details: { name },
    ipAddress: '',
  }
}

function taken(name: string): Problem {
  return new Problem('resource.conflict', `A vault named ${JSON.stringify(name)} already exists.`, {
    hint: 'Restore it under another name.',
  })
}

function unknownVault(): Problem {
  return new Problem('resource.unknown', 'There is no vault with this id.')
}
