import {
  createPolicies,
  createPolicy,
  deletePolicy,
  explainPolicy,
  listPolicies,
  policiesOfAgent,
  secretAccess,
  updatePolicy,
} from '../../../src/contract/policies.ts'
import { folderAccess } from '../../../src/contract/secrets/folder-access.ts'
import type { Mount } from '../../http/mount.ts'
import { fitting, madeAt, PAGE_ITEMS, pageReply } from '../../http/paging.ts'
import type { PolicyRow } from '../../stores/policies/policies.ts'
import type { Access } from './access.ts'
import type { Explain } from './explain.ts'
import type { FolderAccess } from './folder-access.ts'
import type { Policies } from './service.ts'

export function policyRoutes(
  mount: Mount,
  policies: Policies,
  explain: Explain,
  access: { readonly ofSecret: Access; readonly ofFolders: FolderAccess },
): void {
  mount(createPolicy, async ({ grant, body }) => policyBody(await policies.create(grant, body)))
  mount(createPolicies, async ({ grant, body }) => ({ policies: (await policies.createMany(grant, body)).map(policyBody) }))
  mount(listPolicies, async ({ grant, query }) => pageReply('policies', await policies.list(grant), query, LISTED))
  mount(policiesOfAgent, async ({ grant, query: { limit = PAGE_ITEMS, cursor } }) => {
    // One more than requested, to know whether there is a next page.
    const rows = await policies.ofAgent(grant, { after: madeAt.read(cursor), limit: limit + 1 })
    const shown = fitting(rows.slice(0, limit).map(policyBody))
    const last = rows[shown.length - 1]
    return { policies: [...shown], ...(rows.length > shown.length && last && { next_cursor: madeAt.of(last) }) }
  })
  mount(updatePolicy, async ({ grant, params, body }) => policyBody(await policies.update(grant, params.policy_id, body)))
  mount(deletePolicy, async ({ grant, params }) => {
    await policies.remove(grant, params.policy_id)
    return undefined
  })
  mount(secretAccess, ({ grant, query }) => access.ofSecret(grant, query))
  mount(folderAccess, ({ grant, query }) => access.ofFolders(grant, query))
  mount(explainPolicy, async ({ grant, body }) => explain(grant, body))
}

const LISTED = { idOf: ({ id }: PolicyRow) => id, body: policyBody }

function policyBody(row: PolicyRow) {
  return {
    id: row.id,
    vault_id: row.vault_id,
    secret_path_pattern: row.secret_path_pattern,
    principal_type: row.principal_type as 'user' | 'agent',
    principal_id: row.principal_id,
    permissions: [...row.permissions],
    conditions: row.conditions ?? {},
    ...(row.expires_at !== null && { expires_at: new Date(row.expires_at).toISOString() }),
    created_by: row.created_by,
    created_by_type: row.created_by_type,
    created_at: new Date(row.created_at).toISOString(),
    ...(row.granted_under !== null && { granted_under: row.granted_under }),
  }
}
