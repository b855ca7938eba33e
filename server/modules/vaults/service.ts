import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { createVault } from '../../../src/contract/vaults.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { isOrgAdmin } from '../../policy/authorize.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { HoldingStore } from '../../stores/billing/holdings.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { VaultRow, VaultStats, VaultStore } from '../../stores/vaults.ts'
import type { MakeVault } from './make-vault.ts'

export interface VaultDeps {
  readonly database: Database<{ vaults: VaultStore; plans: PlanStore; holdings: HoldingStore; audit: AuditStore }>
  readonly makeVault: MakeVault
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** Names of the server's own vaults. */
const SYSTEM_PREFIX = '__'

export type Vaults = ReturnType<typeof vaults>

export function vaults({ database, makeVault, record, clock }: VaultDeps) {
  return {
    /** The name without the blanks around it; no other vault has it, in any case. */
    async create(grant: Grant<'vault.create'>, body: BodyOf<typeof createVault>): Promise<VaultRow> {
      const name = body.name.trim()
      const { description } = body
      if (name === '') throw invalidField('name', 'must have more than blanks')
      if (name.startsWith(SYSTEM_PREFIX)) throw invalidField('name', `must not begin with ${SYSTEM_PREFIX}`)
      // Asked first, so that a name that is taken costs no key.
      await refuseTaken(grant.orgId, name)
      const { id: created_by, type: created_by_type } = grant.actor
      const vault = { org_id: grant.orgId, name, description: description ?? null, created_by, created_by_type, is_system: 0 }
      const row = await makeVault(vault, ({ id }) => vaultEvent(grant, 'vault.create', id, { name }))
      if (!row) throw taken(name)
      return row
    },

    list({ actor, orgId }: Grant<'vault.list'>): Promise<VaultRow[]> {
      return database.read(async ({ vaults }) => {
        const rows = isOrgAdmin(actor)
          ? (await vaults.inOrg(orgId)).toSorted((a, b) => a.is_system - b.is_system)
          : await vaults.reachable(orgId, actor.type, actor.id, clock())
        return actor.vaultIds.length === 0 ? rows : rows.filter(row => actor.vaultIds.includes(row.id))
      })
    },

    async get(grant: Grant<'vault.read'>): Promise<VaultRow> {
      const row = await database.read(({ vaults }) => vaults.byId(grant.resource.vault.id))
      if (!row) throw unknownVault()
      await record([vaultEvent(grant, 'vault.read', row.id)])
      return row
    },

    async stats(grant: Grant<'vault.read'>): Promise<VaultStats> {
      const { id } = grant.resource.vault
      const stats = await database.read(({ vaults }) => vaults.stats(id))
      await record([vaultEvent(grant, 'vault.read', id)])
      return stats
    },
  }

  async function refuseTaken(orgId: string, name: string): Promise<void> {
    if (await database.read(({ vaults }) => vaults.nameTaken(orgId, name))) throw taken(name)
  }
}

function vaultEvent(
  grant: Grant<'vault.create' | 'vault.read'>,
  action: string,
  id: string,
  details: Record<string, string> = {},
): NewEvent {
  return grantEvent(grant, action, { resourceType: 'vault', resourceId: id, vaultId: id, details })
}

function taken(name: string): Problem {
  return new Problem('resource.conflict', `A vault named ${JSON.stringify(name)} already exists.`)
}

function unknownVault(): Problem {
  return new Problem('resource.unknown', 'There is no vault with this id.')
}
