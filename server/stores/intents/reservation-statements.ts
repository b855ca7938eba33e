import { CompiledQuery, type Selectable } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { statementsByCount, tuples } from '../../db/statements.ts'
import { SHOWN, type TransactionRow, transactions } from './transaction-rows.ts'

export type ReservationStatements = ReturnType<typeof reservationStatements>
export type SpendingRow = Selectable<Schema['spending']>
/** An account on a chain. */
export type Account = { readonly chainId: number; readonly address: string }

/** A statement for a number of keys. */
interface Statement {
  readonly name: string
  readonly of: (engine: Engine, count: number) => string
}

const SPENDING = [
  'agent_id',
  'last_seq',
  'window_wei',
  'window_start',
  'day',
  'day_wei',
] as const satisfies readonly (keyof SpendingRow)[]
const TRANSACTION = [...SHOWN, 'signed_tx'] as const
const VALID = 'agent_id = ? AND due_at IS NOT NULL AND tx_hash IS NOT NULL'

const lockedSpending = statement('reservations spending', (engine, count) => {
  const asked = Array.from({ length: count }, () => '?').join(',')
  return `SELECT ${SPENDING.join(',')} FROM spending WHERE agent_id IN (${asked}) ORDER BY agent_id${forUpdate(engine)}`
})
const newSpending = statement(
  'reservations new spending',
  (engine, count) => `${insert('spending', SPENDING, engine, count)} ON CONFLICT (agent_id) DO NOTHING`,
)
const savedSpending = statement(
  'reservations save spending',
  (engine, count) =>
    `${insert('spending', SPENDING, engine, count)} ON CONFLICT (agent_id) DO UPDATE SET ${SPENDING.slice(1)
      .map(name => `${name} = excluded.${name}`)
      .join(', ')}`,
)
const counted = forEach(
  'reservations counted',
  "counted_wei FROM transactions WHERE agent_id = ? AND created_at > ? AND created_at <= ? AND counted_wei <> '0'",
)
const outstanding = forEach('reservations outstanding', `counted_wei FROM transactions WHERE ${VALID} AND created_at <= ?`)
const signaturesOut = forEach(
  'reservations signatures',
  `count(*) AS count FROM (SELECT id FROM transactions WHERE ${VALID} AND status = 'sign_only' LIMIT ?) AS signed`,
)
const lockedNonces = statement('reservations nonces', (engine, count) => {
  const asked = Array.from({ length: count }, () => '(chain_id = ? AND address = ?)').join(' OR ')
  return `SELECT chain_id, address, next_nonce FROM nonces WHERE ${asked} ORDER BY chain_id, address${forUpdate(engine)}`
})
const NONCE = ['chain_id', 'address', 'next_nonce'] as const
const newNonces = statement(
  'reservations new nonces',
  (engine, count) => `${insert('nonces', NONCE, engine, count)} ON CONFLICT (chain_id, address) DO NOTHING`,
)
const savedNonces = statement(
  'reservations save nonces',
  (engine, count) =>
    `${insert('nonces', NONCE, engine, count)} ON CONFLICT (chain_id, address) DO UPDATE SET next_nonce = excluded.next_nonce`,
)
const held = forEach(
  'reservations held',
  `1 AS held WHERE EXISTS (SELECT 1 FROM transactions
    WHERE chain_id = ? AND from_address = ? AND holds_nonce = 1 AND nonce >= ?)`,
)
const added = statement('reservations add', (engine, count) => insert('transactions', TRANSACTION, engine, count))

/**
 * What a reservation reads and writes, for several at once: a statement is a hand-over to a thread, or to PostgreSQL, which takes longer
 * than most of its work. The answers are in the order of the keys.
 */
export function reservationStatements({ engine, execute }: Handle) {
  async function run<Row>({ name, of }: Statement, keys: readonly (readonly unknown[])[]): Promise<Row[]> {
    const { length } = keys
    const query: NamedQuery = { ...CompiledQuery.raw(of(engine, length), keys.flat()), name: `${name} ${length}` }
    return (await execute(query)).rows as Row[]
  }

  /** The rows of each key, in the order of the keys. */
  async function rowsOf<Row>(asked: Statement, keys: readonly (readonly unknown[])[]): Promise<Row[][]> {
    const groups = Map.groupBy(await run<Row & { readonly n: number }>(asked, keys), row => row.n)
    return keys.map((_, n) => groups.get(n) ?? [])
  }

  const sums = async (asked: Statement, keys: readonly (readonly unknown[])[]) =>
    (await rowsOf<{ readonly counted_wei: string }>(asked, keys)).map(rows =>
      rows.reduce((sum, row) => sum + BigInt(row.counted_wei), 0n),
    )

  async function lockSpending(keys: readonly { readonly agentId: string; readonly windowStart: number }[]) {
    const ids = keys.map(({ agentId }) => [agentId])
    const lock = async () => new Map((await run<SpendingRow>(lockedSpending, ids)).map(row => [row.agent_id, row]))
    const found = await lock()
    const fresh = keys.filter(({ agentId }) => !found.has(agentId))
    if (fresh.length > 0) {
      await run(
        newSpending,
        fresh.map(({ agentId, windowStart }) => [agentId, 0, '0', windowStart, 0, '0']),
      )
    }
    const all = fresh.length > 0 ? await lock() : found
    return keys.map(({ agentId }) => all.get(agentId) ?? new Error('The account of an agent was deleted while it was opened.'))
  }

  async function lockNonces(keys: readonly Account[]): Promise<number[]> {
    const accounts = keys.map(({ chainId, address }) => [chainId, address])
    const lock = async () =>
      new Map((await run<Selectable<Schema['nonces']>>(lockedNonces, accounts)).map(row => [nameOf(row), row.next_nonce]))
    const found = await lock()
    const fresh = accounts.filter(([chain_id, address]) => !found.has(`${chain_id} ${address}`))
    if (fresh.length > 0) {
      await run(
        newNonces,
        fresh.map(account => [...account, 0]),
      )
    }
    const all = fresh.length > 0 ? await lock() : found
    return keys.map(({ chainId, address }) => all.get(`${chainId} ${address}`) ?? 0)
  }

  return {
    /** Locked until the unit of work ends: others who reserve for the same agents wait. An Error for an agent that was deleted. */
    lockSpending,

    saveSpending: (rows: readonly SpendingRow[]) =>
      run(
        savedSpending,
        rows.map(row => SPENDING.map(name => row[name])),
      ),

    /** The counted amounts of an agent's transactions that were created after `from`, and up to `to`. */
    counted: (keys: readonly { readonly agentId: string; readonly from: number; readonly to: number }[]) =>
      sums(
        counted,
        keys.map(({ agentId, from, to }) => [agentId, from, to]),
      ),

    /** The counted amounts of an agent's transactions that were created up to `to` and can still be mined: they are signed and followed. */
    outstanding: (keys: readonly { readonly agentId: string; readonly to: number }[]) =>
      sums(
        outstanding,
        keys.map(({ agentId, to }) => [agentId, to]),
      ),

    /** The number of unused issued signatures of an agent; counted up to `most`. */
    async signaturesOut(keys: readonly { readonly agentId: string; readonly most: number }[]): Promise<number[]> {
      const asked = keys.map(({ agentId, most }) => [agentId, most])
      return (await rowsOf<{ readonly count: number }>(signaturesOut, asked)).map(([row]) => row?.count ?? 0)
    },

    /** The lowest nonces that could be free; locked until the unit of work ends. */
    lockNonces,

    saveNonces: (keys: readonly (Account & { readonly next: number })[]) =>
      run(
        savedNonces,
        keys.map(({ chainId, address, next }) => [chainId, address, next]),
      ),

    /** Whether transactions hold nonces of an account from `from` on. */
    async anyHeld(keys: readonly (Account & { readonly from: number })[]): Promise<boolean[]> {
      const asked = keys.map(({ chainId, address, from }) => [chainId, address, from])
      return (await rowsOf(held, asked)).map(rows => rows.length > 0)
    },

    add: (rows: readonly TransactionRow[]) =>
      run(
        added,
        rows.map(row => {
          const stored = transactions.encode(row)
          return TRANSACTION.map(name => stored[name])
        }),
      ),
  }
}

/** The answer for a single key. */
export async function only<Row>(answers: Promise<readonly (Row | Error)[]>): Promise<Row> {
  const [answer] = await answers
  if (answer === undefined || answer instanceof Error) throw answer ?? new Error('The database gave no answer.')
  return answer
}

function nameOf({ chain_id, address }: Pick<Selectable<Schema['nonces']>, 'chain_id' | 'address'>): string {
  return `${chain_id} ${address}`
}

function forUpdate(engine: Engine): string {
  return engine === 'postgres' ? ' FOR UPDATE' : ''
}

function insert(table: string, columns: readonly string[], engine: Engine, count: number): string {
  return `INSERT INTO ${table} (${columns.join(',')}) VALUES ${tuples(engine, count, columns.length)}`
}

/** `make` may mark parameters with `?` for both engines. */
function statement(name: string, make: (engine: Engine, count: number) => string): Statement {
  return { name, of: statementsByCount((engine, count) => marked(engine, make(engine, count))) }
}

/** One SELECT for each key; `n` is the number of the key. */
function forEach(name: string, select: string): Statement {
  return statement(name, (_, count) => Array.from({ length: count }, (_, n) => `SELECT ${n} AS n, ${select}`).join(' UNION ALL '))
}

function marked(engine: Engine, sql: string): string {
  let count = 0
  return engine === 'postgres' ? sql.replaceAll('?', () => `$${++count}`) : sql
}
