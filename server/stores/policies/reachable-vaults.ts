import { CompiledQuery } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'
import { statementsByCount } from '../../db/statements.ts'

/** An agent of an organisation. */
export interface AgentPlace {
  readonly orgId: string
  readonly id: string
}

interface Found {
  readonly agent: string
  readonly org_id: string
  readonly id: string
}

const statement = statementsByCount((engine, count) => {
  const mark = (n: number) => (engine === 'postgres' ? `$${n}` : `?${n}`)
  const agents = Array.from({ length: count }, (_, n) => mark(n + 2)).join(',')
  return `SELECT p.principal_id AS agent, v.org_id, v.id, v.created_at FROM policies p JOIN vaults v ON v.id = p.vault_id
    WHERE p.principal_id IN (${agents}) AND p.principal_type = 'agent' AND (p.expires_at IS NULL OR p.expires_at > ${mark(1)})
      AND v.deleted_at IS NULL
    UNION
    SELECT v.created_by, v.org_id, v.id, v.created_at FROM vaults v
    WHERE v.created_by IN (${agents}) AND v.created_by_type = 'agent' AND v.deleted_at IS NULL
    ORDER BY 4, 3`
})

/**
 * The ids of the vaults that each agent has created, or in which it has a policy that has not expired, oldest first. The agents, of any
 * organisations, are asked for with one statement.
 */
export function vaultsReachedBy({ execute, engine }: Handle) {
  return async (agents: readonly AgentPlace[], now: number): Promise<string[][]> => {
    const ids = [...new Set(agents.map(({ id }) => id))]
    const name = `vaults reached by ${ids.length}`
    const query: NamedQuery = { ...CompiledQuery.raw(statement(engine, ids.length), [now, ...ids]), name }
    const rows = (await execute(query)).rows as Found[]
    return agents.map(({ orgId, id }) => rows.filter(row => row.agent === id && row.org_id === orgId).map(row => row.id))
  }
}
