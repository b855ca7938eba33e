import type { exportData } from '../../../src/contract/account.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { keyCursor, madeAt, PAGE_ITEMS, type PageQuery, pageOf } from '../../http/paging.ts'
import type { UserActor } from '../../policy/actor.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { PolicyRow, PolicyStore } from '../../stores/policies/policies.ts'
import type { SecretStore } from '../../stores/secrets.ts'
import type { VaultStore } from '../../stores/vaults.ts'

interface ExportStores {
  readonly vaults: VaultStore
  readonly agents: AgentStore
  readonly secrets: SecretStore
  readonly policies: PolicyStore
}

type Reply = ReplyOf<typeof exportData>
type Lists = Pick<Reply, 'vaults' | 'agents' | 'secrets_metadata' | 'policies' | 'next_cursor'>

/** The lists of an export, one after the other. */
const LISTS = ['vaults', 'agents', 'secrets', 'policies'] as const
type List = (typeof LISTS)[number]

/** Items of a list, and the cursor of the next one; undefined after the last. */
type Part = { readonly lists: Partial<Lists>; readonly count: number; readonly next: string | undefined }

/**
 * A page of what a person has made in an organisation, and of the policies that name them. It covers this organisation only: a former
 * member sees nothing of it, and the export is recorded in the log of the organisation that it shows.
 */
export async function exported(
  stores: ExportStores,
  actor: UserActor,
  { limit = PAGE_ITEMS, cursor }: PageQuery,
): Promise<Lists> {
  let at = placeOf(cursor)
  let page: Lists = { vaults: [], agents: [], secrets_metadata: [], policies: [] }
  let room = limit
  for (;;) {
    const { lists, count, next } = await READERS[at.list](stores, actor, { limit: room, cursor: at.cursor })
    page = { ...page, ...lists }
    room -= count
    const list = next === undefined ? LISTS[LISTS.indexOf(at.list) + 1] : at.list
    if (list === undefined) return page
    at = { list, cursor: next }
    if (room <= 0 || next !== undefined) return { ...page, next_cursor: keyCursor.of(`${list} ${next ?? ''}`) }
  }
}

function placeOf(cursor: string | undefined): { list: List; cursor: string | undefined } {
  const [name = 'vaults', rest] = keyCursor.read(cursor)?.split(' ') ?? []
  const list = LISTS.find(each => each === name)
  if (!list)
    throw new Problem('request.invalid', 'cursor must be the next_cursor of a page.', {
      fields: { cursor: 'is not a next_cursor' },
    })
  return { list, cursor: rest || undefined }
}

type Reader = (stores: ExportStores, actor: UserActor, query: PageQuery & { readonly limit: number }) => Promise<Part>

const READERS: Readonly<Record<List, Reader>> = {
  async vaults({ vaults }, { orgId, id }, query) {
    const { items, next_cursor: next } = pageOf(await vaults.createdBy(orgId, 'user', id), query, row => row.id)
    return { lists: { vaults: items.map(named) }, count: items.length, next }
  },

  async agents({ agents }, { orgId, id }, query) {
    const { items, next_cursor: next } = pageOf(await agents.registeredBy(orgId, id), query, row => row.id)
    return { lists: { agents: items.map(named) }, count: items.length, next }
  },

  async secrets({ secrets }, { orgId, id }, { limit, cursor }) {
    const [vaultId, path] = keyCursor.read(cursor)?.split(' ') ?? []
    const after = vaultId === undefined || path === undefined ? undefined : { vaultId, path }
    const rows = await secrets.inVaultsOf(orgId, id, { after, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    return {
      lists: { secrets_metadata: shown.map(({ created_at, ...secret }) => ({ ...secret, created_at: instant(created_at) })) },
      count: shown.length,
      next: last && keyCursor.of(`${last.vault_id} ${last.path}`),
    }
  },

  async policies({ policies }, { orgId, id }, { limit, cursor }) {
    const rows = await policies.concerning(orgId, { type: 'user', id }, { after: madeAt.read(cursor), limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? shown.at(-1) : undefined
    return { lists: { policies: shown.map(policyBody) }, count: shown.length, next: last && madeAt.of(last) }
  },
}

function named({ id, name, created_at }: { readonly id: string; readonly name: string; readonly created_at: number }) {
  return { id, name, created_at: instant(created_at) }
}

function policyBody(policy: PolicyRow): Reply['policies'][number] {
  return {
    id: policy.id,
    vault_id: policy.vault_id,
    principal_type: policy.principal_type,
    principal_id: policy.principal_id,
    secret_path_pattern: policy.secret_path_pattern,
    permissions: [...policy.permissions],
    created_at: instant(policy.created_at),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
