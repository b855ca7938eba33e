import type { inbox } from '../../../src/contract/requests/access-requests.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { PolicyRow } from '../../stores/policies/policies.ts'
import type { AccessRequestDeps } from './ports.ts'
import type { Reader, Visibility } from './visibility.ts'

/** A policy that ends within this time is reported. */
const SOON_MS = 14 * 86_400_000
/** The maximum number of policies that one reply considers. */
const LOOKED_AT = 500

type Ending = ReplyOf<typeof inbox>['policies_ending'][number]
type Deps = Pick<AccessRequestDeps, 'database' | 'clock'> & { readonly visibility: Visibility }

/** The policies that end soon and that the reader could extend; the one that ends first comes first. */
export async function policiesEnding({ database, clock, visibility }: Deps, reader: Reader, most: number): Promise<Ending[]> {
  const now = clock()
  const rows = await database.read(({ policies }) => policies.ending(reader.actor.orgId, now, now + SOON_MS, LOOKED_AT))
  const grants = new Map<string, Awaited<ReturnType<Visibility['manages']>>>()
  for (const { vault_id: id } of rows) if (!grants.has(id)) grants.set(id, await visibility.manages(id, reader))
  const shown = rows.filter(row => {
    const resource = grants.get(row.vault_id)?.resource
    return resource?.mayManage(scopeOf(row)) && resource.mayChange(row.id)
  })
  return database.read(async ({ vaults }) => {
    const names = new Map<string, string | undefined>()
    const told: Ending[] = []
    for (const row of shown.slice(0, most)) {
      if (!names.has(row.vault_id)) names.set(row.vault_id, (await vaults.byId(row.org_id, row.vault_id))?.name)
      const name = names.get(row.vault_id)
      if (name !== undefined) told.push(bodyOf(row, name))
    }
    return told
  })
}

function scopeOf({ secret_path_pattern: pattern, principal_type: principalType, principal_id: principalId }: PolicyRow) {
  return { pattern, principalType, principalId }
}

function bodyOf(row: PolicyRow, vaultName: string): Ending {
  return {
    policy_id: row.id,
    vault_id: row.vault_id,
    vault_name: vaultName,
    secret_path_pattern: row.secret_path_pattern,
    principal_type: row.principal_type as Ending['principal_type'],
    principal_id: row.principal_id,
    permissions: [...row.permissions],
    expires_at: new Date(Number(row.expires_at)).toISOString(),
  }
}
