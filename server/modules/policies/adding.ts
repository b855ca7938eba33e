import { type Ceilings, refuseAbove } from '../../policy/ceilings.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import { policyDetails } from '../../stores/policies/ended-policies.ts'
import type { PolicyRow, PolicyStore } from '../../stores/policies/policies.ts'
import { placeOf } from '../../stores/vaults.ts'

export interface AddingDeps {
  readonly ceilings: Ceilings
  readonly ensureRoom: EnsureRoom
}

export interface AddingStores {
  readonly policies: PolicyStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
}

export type ManagerGrant = Grant<'policy.create' | 'policy.update' | 'policy.delete' | 'policy.list'>

/** Writes a policy, within a unit of work, if there is room for it. Every decision about a vault loads its policies. */
export function adder({ ceilings, ensureRoom }: AddingDeps) {
  return async (stores: AddingStores, row: PolicyRow): Promise<void> => {
    await ensureRoom(stores, row.org_id, 'policies')
    const { inVault, ofPrincipal } = await stores.policies.count(placeOf(row), {
      type: row.principal_type,
      id: row.principal_id,
    })
    refuseAbove(ceilings, 'vaultPolicies', inVault + 1)
    refuseAbove(ceilings, 'principalPolicies', ofPrincipal + 1)
    await stores.policies.add(row)
  }
}

/** The same with its event, for a policy that something else creates. */
export function recordedAdder(deps: AddingDeps) {
  const add = adder(deps)
  return async (stores: AddingStores & { audit: AuditStore }, grant: Grant<'policy.create'>, row: PolicyRow): Promise<void> => {
    await add(stores, row)
    await stores.audit.append([policyEvent(grant, 'policy.create', row)], row.created_at)
  }
}

export function policyEvent(grant: ManagerGrant, action: string, row: PolicyRow): NewEvent {
  return grantEvent(grant, action, {
    resourceType: 'policy',
    resourceId: row.id,
    vaultId: row.vault_id,
    details: policyDetails(row),
  })
}
