import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { createVault, updateVault } from '../../../src/contract/vaults.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { invalidField } from '../../http/checks.ts'
import type { Actor } from '../../policy/actor.ts'
import { isConfined, seesAll } from '../../policy/caller.ts'
import { pathScopes, seesVault } from '../../policy/decide.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { ListedVault, VaultRow, VaultStats, VaultStore } from '../../stores/vaults.ts'
import { vaultCounter } from './counting.ts'
import type { MakeVault } from './make-vault.ts'

export interface VaultDeps {
  readonly database: Database<{ vaults: VaultStore; plans: PlanStore; resourceCounts: ResourceCountStore; audit: AuditStore }>
  readonly makeVault: MakeVault
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** Names of the server's own vaults. */
const SYSTEM_PREFIX = '__'

export type Vaults = ReturnType<typeof vaults>

export function vaults({ database, makeVault, vaultFacts, record, clock }: VaultDeps) {
  const countOnce = vaultCounter(database)

  return {
    /** The name without surrounding blanks; no other vault has it, regardless of case. */
    async create(grant: Grant<'vault.create'>, body: BodyOf<typeof createVault>): Promise<VaultRow> {
      const name = nameFrom(body.name)
      const { description } = body
      // Checked first, so that a taken name costs no key.
      await refuseTaken(grant.orgId, name)
      const { id: created_by, type: created_by_type } = grant.actor
      const vault = { org_id: grant.orgId, name, description: description ?? null, created_by, created_by_type, is_system: false }
      const row = await makeVault(vault, ({ id }) => vaultEvent(grant, 'vault.create', id, { name }))
      if (!row) throw taken(name)
      return row
    },

    async list({ actor, orgId }: Grant<'vault.list'>): Promise<ListedVault[]> {
      const rows = await database.read(async ({ vaults }) => {
        if (seesAll(actor)) return (await vaults.inOrg(orgId)).toSorted((a, b) => Number(a.is_system) - Number(b.is_system))
        return vaults.reachable(orgId, actor.type, actor.id, clock())
      })
      return isConfined(actor) ? shownTo(actor, rows) : rows
    },

    async get(grant: Grant<'vault.read'>): Promise<VaultRow> {
      const row = await database.read(({ vaults }) => vaults.byId(grant.orgId, grant.resource.vault.id))
      if (!row) throw unknownVault()
      await record([vaultEvent(grant, 'vault.read', row.id)])
      return row
    },

    /** @throws Problem `resource.conflict` if another vault has the name */
    async update(grant: Grant<'vault.update'>, { name: given, description }: BodyOf<typeof updateVault>): Promise<VaultRow> {
      const { id } = grant.resource.vault
      const name = given === undefined ? undefined : nameFrom(given)
      return database
        .run(async ({ vaults, audit }) => {
          const before = await vaults.byId(grant.orgId, id)
          if (!before || before.is_system) throw unknownVault()
          const fields = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) }
          if (name !== undefined && (await vaults.nameTaken(grant.orgId, name, id))) throw taken(name)
          const row = Object.keys(fields).length === 0 ? before : await vaults.update(grant.orgId, id, fields)
          if (!row) throw unknownVault()
          const details = name === undefined || name === before.name ? {} : { name, former_name: before.name }
          await audit.append([vaultEvent(grant, 'vault.update', id, details)], clock())
          return row
        })
        .catch(error => {
          throw isUniqueViolation(error) ? taken(name ?? '') : error
        })
    },

    /** The counts cover everything in the vault, so a confined credential cannot have them: their growth would reveal the rest. */
    async stats(grant: Grant<'vault.read'>): Promise<VaultStats> {
      if (pathScopes(grant.actor).length > 0)
        throw denied('confined-credential', 'A credential confined to paths cannot do this.')
      const { vault } = grant.resource
      const stats = await countOnce(vault)
      await record([vaultEvent(grant, 'vault.read', vault.id)])
      return stats
    },
  }

  /** The vaults in which the credential could reach something. */
  async function shownTo(actor: Actor, rows: readonly ListedVault[]): Promise<ListedVault[]> {
    const shown: ListedVault[] = []
    for (const row of rows) {
      const facts = await vaultFacts(row.id)
      if (facts && seesVault(facts, actor, false, clock())) shown.push(row)
    }
    return shown
  }

  async function refuseTaken(orgId: string, name: string): Promise<void> {
    if (await database.read(({ vaults }) => vaults.nameTaken(orgId, name))) throw taken(name)
  }
}

/** @throws Problem `request.invalid` */
function nameFrom(given: string): string {
  const name = given.trim()
  if (name === '') throw invalidField('name', 'must not be blank')
  if (name.startsWith(SYSTEM_PREFIX)) throw invalidField('name', `must not begin with ${SYSTEM_PREFIX}`)
  return name
}

function vaultEvent(
  grant: Grant<'vault.create' | 'vault.read' | 'vault.update'>,
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
