import type { Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import { inLockstep } from '../db/together.ts'
import { codec, orUndefined } from './codec.ts'
import { inParts } from './rows-in-parts.ts'

interface Lists {
  scopes: readonly string[]
  vault_ids: readonly string[]
  tx_to_allowlist: readonly string[]
  tx_allowed_chains: readonly string[]
  eip712_domain_allowlist: readonly string[]
  shroud_config: Readonly<Record<string, unknown>>
}

const columns = codec<Selectable<Schema['agents']>>()<
  Lists,
  | 'is_active'
  | 'intents_api_enabled'
  | 'tx_block_unlimited_approvals'
  | 'tx_sign_any_nonce'
  | 'message_signing_enabled'
  | 'raw_signing_enabled'
  | 'shroud_enabled'
>({
  flags: [
    'is_active',
    'intents_api_enabled',
    'tx_block_unlimited_approvals',
    'tx_sign_any_nonce',
    'message_signing_enabled',
    'raw_signing_enabled',
    'shroud_enabled',
  ],
  json: ['scopes', 'vault_ids', 'tx_to_allowlist', 'tx_allowed_chains', 'eip712_domain_allowlist', 'shroud_config'],
})

type Columns = ReturnType<typeof columns.decode>
/** An agent. `admin_bounds`: the values that an owner or admin has set, by column, which the agent's creator cannot loosen. */
export type AgentRow = Omit<Columns, 'admin_bounds'> & { admin_bounds: Readonly<Partial<Columns>> }

function decode({ admin_bounds, ...row }: Selectable<Schema['agents']>): AgentRow {
  const bounds = JSON.parse(admin_bounds) as Selectable<Schema['agents']>
  const { admin_bounds: _, ...agent } = columns.decode({ ...row, admin_bounds })
  return { ...agent, admin_bounds: columns.decode(bounds) }
}

function encode<Some extends Partial<AgentRow>>({ admin_bounds, ...some }: Some) {
  const bounds = admin_bounds && { admin_bounds: JSON.stringify(columns.encode(admin_bounds)) }
  return { ...columns.encode(some as Partial<Columns>), ...bounds }
}

export type AgentStore = ReturnType<typeof agentStore>

/** Agents, and when and with which key each was last used. */
export function agentStore(handle: Handle) {
  const { db, changed } = handle
  const one = (orgId: string, id: string) => db.selectFrom('agents').selectAll().where('org_id', '=', orgId).where('id', '=', id)
  const byKeyHash = prepared(handle, (_, p: { hash: string }) =>
    db
      .selectFrom('agents')
      .selectAll()
      .where(({ eb, or }) => or([eb('key_hash', '=', p.hash), eb('old_key_hash', '=', p.hash)])),
  )
  const withKeys = (hashes: readonly string[]) =>
    db
      .selectFrom('agents')
      .selectAll()
      .where(({ eb, or }) => or([eb('key_hash', 'in', hashes), eb('old_key_hash', 'in', hashes)]))
  const byId = prepared(handle, (_, p: { orgId: string; id: string }) => one(p.orgId, p.id))

  return {
    async add(agent: AgentRow) {
      await db
        .insertInto('agents')
        .values(encode(agent) as Selectable<Schema['agents']>)
        .execute()
    },

    byId: async (orgId: string, id: string) => orUndefined((await byId({ orgId, id })).rows[0], decode),

    /** `byId` for parts of the current unit of work that ask side by side: those that wait at the same time share a statement. */
    together() {
      const one = inLockstep(async (keys: readonly { readonly orgId: string; readonly id: string }[]) => {
        const ids = keys.map(({ id }) => id)
        const rows = await db.selectFrom('agents').selectAll().where('id', 'in', ids).execute()
        const agents = new Map(rows.map(row => [`${row.org_id} ${row.id}`, decode(row)]))
        return keys.map(({ orgId, id }) => agents.get(`${orgId} ${id}`))
      })
      return { byId: (orgId: string, id: string) => one({ orgId, id }) }
    },

    /** An agent of any organisation: for callers that have only an id and learn the organisation from it. */
    ofAnyOrg: async (id: string) =>
      orUndefined(await db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst(), decode),

    /** The lock holds until the unit of work ends. */
    lock: async (orgId: string, id: string) => orUndefined(await lockRows(handle, one(orgId, id)).executeTakeFirst(), decode),

    /** Finds an agent by a current or former key. */
    byKeyHash: async (hash: string) => orUndefined((await byKeyHash({ hash })).rows[0], decode),

    /** The same for several keys in one statement, in their order. */
    async byKeyHashes(hashes: readonly string[]): Promise<(AgentRow | undefined)[]> {
      const [hash = '', ...others] = new Set(hashes)
      const { rows } = others.length === 0 ? await byKeyHash({ hash }) : { rows: await withKeys([hash, ...others]).execute() }
      const found = rows.map(decode)
      return hashes.map(wanted => found.find(agent => agent.key_hash === wanted || agent.old_key_hash === wanted))
    },

    /** Works in parts: thousands at once would delay everyone else. */
    inOrg: async (orgId: string) => {
      const ids = await db
        .selectFrom('agents')
        .select('id')
        .where('org_id', '=', orgId)
        .orderBy('created_at')
        .orderBy('id')
        .execute()
      return inParts(ids, async some =>
        (await db.selectFrom('agents').selectAll().where('org_id', '=', orgId).where('id', 'in', some).execute()).map(decode),
      )
    },

    /** The existing agents among these, with the claims of their tokens; at most ten thousand. */
    namesAmong: async (orgId: string, ids: readonly string[]) => {
      const named = db.selectFrom('agents').select(['id', 'name', 'token_generation']).where('org_id', '=', orgId)
      return ids.length === 0 ? [] : named.where('id', 'in', ids).execute()
    },

    namesInOrg: (orgId: string) => db.selectFrom('agents').select(['id', 'name']).where('org_id', '=', orgId).execute(),

    /** Undefined if the organisation has no such agent. With `endTokens`, every earlier token ends. */
    async update(orgId: string, id: string, fields: Partial<AgentRow>, { endTokens }: { endTokens: boolean }) {
      const row = await db
        .updateTable('agents')
        .set(eb => ({
          ...encode(fields),
          token_generation: eb('token_generation', '+', endTokens ? 1 : 0),
        }))
        .where('id', '=', id)
        .where('org_id', '=', orgId)
        .returningAll()
        .executeTakeFirst()
      changed(`agent:${id}`)
      return orUndefined(row, decode)
    },

    registeredBy: async (orgId: string, userId: string) => {
      const made = db.selectFrom('agents').select(['id', 'name', 'created_at']).where('org_id', '=', orgId)
      return made.where('created_by', '=', userId).orderBy('created_at').orderBy('id').execute()
    },

    /** Agents whose key a person has seen, active or not. */
    keysSeenBy: async (orgId: string, userId: string) => {
      const seen = db
        .selectFrom('agents')
        .selectAll()
        .where('org_id', '=', orgId)
        .where(({ eb, or }) => or([eb('key_made_by', '=', userId), eb('old_key_made_by', '=', userId)]))
      return (await seen.where('key_hash', 'is not', null).orderBy('created_at').orderBy('id').execute()).map(decode)
    },

    /** Agents are kept when the person who registered them leaves. */
    async forgetCreator(userId: string) {
      const rows = await db
        .updateTable('agents')
        .set({ created_by: null })
        .where('created_by', '=', userId)
        .returning('id')
        .execute()
      for (const { id } of rows) changed(`agent:${id}`)
    },

    /** Ends every agent of an organisation that is closed. */
    async deactivateAll(orgId: string) {
      const rows = await db
        .updateTable('agents')
        .set(eb => ({ is_active: 0, token_generation: eb('token_generation', '+', 1) }))
        .where('org_id', '=', orgId)
        .returning('id')
        .execute()
      for (const { id } of rows) changed(`agent:${id}`)
    },

    async touch(orgId: string, id: string, now: number) {
      await db.updateTable('agents').set({ last_active_at: now }).where('org_id', '=', orgId).where('id', '=', id).execute()
    },

    /** Stores the hash of the same key with another pepper. False if the key does not exist. */
    async rehash(from: string, to: string): Promise<boolean> {
      const moved = async (column: 'key_hash' | 'old_key_hash') => {
        const query = db
          .updateTable('agents')
          .set({ [column]: to })
          .where(column, '=', from)
        return (await query.returning('id').execute()).map(({ id }) => id)
      }
      const ids = [...(await moved('key_hash')), ...(await moved('old_key_hash'))]
      for (const id of ids) changed(`agent:${id}`)
      if (ids.length > 0) changed('agent-keys')
      return ids.length > 0
    },

    /** Like `touch`, with the used key and its origin. */
    async touchKey(orgId: string, id: string, hash: string, now: number, from: string) {
      const agent = db.updateTable('agents').where('org_id', '=', orgId).where('id', '=', id)
      await agent.set({ last_active_at: now, key_used_at: now, key_used_from: from }).where('key_hash', '=', hash).execute()
      await agent
        .set({ last_active_at: now, old_key_used_at: now, old_key_used_from: from })
        .where('old_key_hash', '=', hash)
        .execute()
    },
  }
}
