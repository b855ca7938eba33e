import { CompiledQuery } from 'kysely'
import { GENESIS } from '../../../src/crypto/audit-chain.ts'
import type { Engine, Handle } from '../../db/database.ts'
import { statementsByCount, tuples } from '../../db/statements.ts'
import type { Addition } from './adding.ts'
import type { HeadRow } from './chaining.ts'

/**
 * The last event of each organisation's chain. Every read of a secret moves one, so the statements are written by hand, like those of
 * `adding.ts`.
 */
const COLUMNS = ['org_id', 'seq', 'event_id', 'integrity_hash'] as const satisfies readonly (keyof HeadRow)[]

const INSERT = (engine: Engine, count: number) =>
  `INSERT INTO audit_heads (${COLUMNS.join(',')}) VALUES ${tuples(engine, count, COLUMNS.length)} ON CONFLICT (org_id) DO`

const locked = statementsByCount((engine, count) => {
  const wanted = tuples(engine, 1, count)
  return `SELECT ${COLUMNS.join(',')} FROM audit_heads WHERE org_id IN ${wanted} ORDER BY org_id${engine === 'postgres' ? ' FOR UPDATE' : ''}`
})

const added = statementsByCount((engine, count) => `${INSERT(engine, count)} NOTHING`)

/** New positions for locked heads. */
export const HEADS: Addition<HeadRow> = {
  table: 'audit_heads',
  columns: COLUMNS,
  numbers: ['seq'],
  alike: [],
  onConflict: `ON CONFLICT (org_id) DO UPDATE SET ${COLUMNS.slice(1)
    .map(column => `${column} = excluded.${column}`)
    .join(', ')}`,
}

/** Reads the heads and prevents others from moving them until this transaction ends. Organisations without a head get the genesis. */
export async function lockHeads(
  { execute, engine }: Pick<Handle, 'execute' | 'engine'>,
  orgIds: readonly string[],
): Promise<HeadRow[]> {
  const lock = async () => {
    const query = CompiledQuery.raw(locked(engine, orgIds.length), [...orgIds])
    return (await execute(query)).rows as HeadRow[]
  }
  const heads = await lock()
  if (heads.length === orgIds.length) return heads
  const known = new Set(heads.map(head => head.org_id))
  const fresh = orgIds.filter(orgId => !known.has(orgId)).map(genesis)
  await execute(CompiledQuery.raw(added(engine, fresh.length), parameters(fresh)))
  const all = await lock()
  if (all.length < orgIds.length) throw new Error('A head of the audit log cannot be locked.')
  return all
}

function genesis(orgId: string): HeadRow {
  return { org_id: orgId, seq: GENESIS.seq, event_id: GENESIS.id, integrity_hash: GENESIS.hash }
}

function parameters(heads: readonly HeadRow[]): unknown[] {
  return heads.flatMap(head => COLUMNS.map(column => head[column]))
}
