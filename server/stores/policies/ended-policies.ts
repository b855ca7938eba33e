import type { Handle } from '../../db/database.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../audit/audit.ts'
import { decodePolicy, type PolicyRow } from './policy-row.ts'

const AT_ONCE = 500

/** Why access ended although nobody deleted a policy, and when, epoch milliseconds. */
export interface Ending {
  readonly why: 'sign-in ended' | 'member removed' | 'account deleted' | 'account restarted'
  readonly now: number
}

/**
 * Removes policies that end together with something else, and those that were granted under them. Each removal writes an event: nobody
 * deleted the policies, but the log must still show whose access ended, and why.
 */
export function endPolicies({ db, changed }: Handle, { append }: Pick<AuditStore, 'append'>) {
  return async (wanted: readonly Pick<PolicyRow, 'id'>[], { why, now }: Ending): Promise<void> => {
    const ended = new Map<string, PolicyRow>()
    for (let place: 'id' | 'granted_under' = 'id', next = wanted; next.length > 0; place = 'granted_under') {
      const found: PolicyRow[] = []
      for (const ids of slicesOf(next)) {
        found.push(
          ...(await db.selectFrom('policies').selectAll().where(place, 'in', ids).orderBy('id').execute()).map(decodePolicy),
        )
      }
      next = found.filter(({ id }) => !ended.has(id))
      for (const row of found) ended.set(row.id, row)
    }
    if (ended.size === 0) return
    for (const ids of slicesOf(wanted)) await db.deleteFrom('policies').where('id', 'in', ids).execute()
    const rows = [...ended.values()]
    for (const vaultId of new Set(rows.map(({ vault_id }) => vault_id))) changed(`vault:${vaultId}`)
    await append(
      rows.map(row => endedEvent('policy.delete', row, why)),
      now,
    )
  }
}

/** Ids, split into parts for one query each. */
function slicesOf(rows: readonly { readonly id: string }[]): string[][] {
  return Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, at) =>
    rows.slice(at * AT_ONCE, (at + 1) * AT_ONCE).map(({ id }) => id),
  )
}

/** Records that access ended by itself. */
export function endedEvent(action: 'policy.delete' | 'policy.expire', row: PolicyRow, why: string): NewEvent {
  return {
    orgId: row.org_id,
    action,
    actorId: '',
    actorType: 'system',
    resourceType: 'policy',
    resourceId: row.id,
    vaultId: row.vault_id,
    details: { ...policyDetails(row), why },
    ipAddress: '',
  }
}

/** The details of a policy in events: whose access it is, to what, until when, and with which conditions. */
export function policyDetails(row: PolicyRow) {
  const conditions = Object.keys(row.conditions ?? {})
  return {
    pattern: row.secret_path_pattern,
    principal: `${row.principal_type}:${row.principal_id}`,
    permissions: row.permissions.join(','),
    ...(row.expires_at !== null && { expires_at: new Date(row.expires_at).toISOString() }),
    ...(conditions.length > 0 && { conditions: conditions.join(',') }),
  }
}
