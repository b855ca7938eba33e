import type { addAgentKey, listAgentKeys } from '../../../src/contract/api-keys.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { hasOldKey, keyBeside, NO_OLD_KEY } from '../../credentials/agent-keys.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentRow, AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { agentEvent, ensureHasKey, manageable, unknownAgent } from './managed.ts'

export interface AgentKeysDeps {
  readonly database: Database<{ agents: AgentStore; audit: AuditStore }>
  readonly keys: KeyHasher
  readonly clock: () => number
}

export type AgentKeys = ReturnType<typeof agentKeys>
type Key = ReplyOf<typeof listAgentKeys>['keys'][number]

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 7
/** A key that is being replaced must end within this time. */
const MOST_DAYS = 90

/** Two keys at once: a new one is issued while the old one still works. */
export function agentKeys({ database, keys, clock }: AgentKeysDeps) {
  return {
    async list(grant: Grant<'agent.rotate-key'>, id: string): Promise<Key[]> {
      return keysOf(manageable(grant, await database.read(({ agents }) => agents.byId(grant.orgId, id))), clock())
    },

    async add(
      grant: Grant<'agent.rotate-key'>,
      id: string,
      body: BodyOf<typeof addAgentKey>,
    ): Promise<ReplyOf<typeof addAgentKey>> {
      const now = clock()
      const until = body.keep_old_until === undefined ? now + DEFAULT_DAYS * DAY_MS : Date.parse(body.keep_old_until)
      if (until <= now) throw invalidField('keep_old_until', 'must be in the future')
      if (until > now + MOST_DAYS * DAY_MS) throw invalidField('keep_old_until', `may be at most ${MOST_DAYS} days ahead`)
      const made = keys.create('agent')
      return database.run(async ({ agents, audit }) => {
        const before = manageable(grant, await agents.lock(grant.orgId, id))
        ensureHasKey(before)
        if (hasOldKey(before, now)) throw twoAlready()
        const fields = keyBeside(before, made, grant.actor.id, now, until)
        const row = await agents.update(grant.orgId, id, fields, { endTokens: false })
        if (!row) throw unknownAgent()
        const details = { old_key_until: new Date(until).toISOString() }
        await audit.append([agentEvent(grant, 'agent.rotate_key', id, details)], now)
        return { api_key: made.key, keys: keysOf(row, now) }
      })
    },

    /** Revokes every token too, because no token names the key it was issued for. Anyone with the new key can get another. */
    async revokeOld(grant: Grant<'agent.rotate-key'>, id: string): Promise<void> {
      await database.run(async ({ agents, audit }) => {
        const before = manageable(grant, await agents.lock(grant.orgId, id))
        if (!hasOldKey(before, clock())) throw new Problem('resource.unknown', 'This agent has no previous key that works.')
        await agents.update(grant.orgId, id, NO_OLD_KEY, { endTokens: true })
        await audit.append([agentEvent(grant, 'agent.revoke_key', id)], clock())
      })
    },
  }
}

function keysOf(row: AgentRow, now: number): Key[] {
  const current =
    row.key_prefix === null
      ? []
      : [
          {
            slot: 'current' as const,
            key_prefix: row.key_prefix,
            ...times(row.key_created_at, row.key_used_at, row.key_used_from),
          },
        ]
  if (row.old_key_prefix === null || !hasOldKey(row, now)) return current
  const previous = {
    slot: 'previous' as const,
    key_prefix: row.old_key_prefix,
    ...times(row.old_key_created_at, row.old_key_used_at, row.old_key_used_from),
    expires_at: new Date(row.old_key_ends_at ?? 0).toISOString(),
  }
  return [...current, previous]
}

function times(created: number | null, used: number | null, from: string | null) {
  return {
    ...(created !== null && { created_at: new Date(created).toISOString() }),
    ...(used !== null && { last_used_at: new Date(used).toISOString() }),
    ...(from !== null && { last_used_from: from }),
  }
}

function twoAlready(): Problem {
  return new Problem('resource.conflict', 'This agent already has two keys: the previous one still works.', {
    hint: 'Revoke the previous key first.',
  })
}
