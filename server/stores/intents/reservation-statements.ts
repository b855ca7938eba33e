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

/** Rows that one statement locks and another adds. */
interface Lockable<Row> {
  readonly lock: Statement
  readonly add: Statement
  readonly nameOf: (row: Row) => string
}

/** A row to lock: the values of its key, and all its values if it has to be added. */
interface Wanted {
  readonly name: string
  readonly key: readonly unknown[]
  readonly first: readonly unknown[]
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

const SPENDING_ROWS: Lockable<SpendingRow> = { lock: lockedSpending, add: newSpending, nameOf: row => row.agent_id }
const NONCE_ROWS: Lockable<Selectable<Schema['nonces']>> = {
  lock: lockedNonces,
  add: newNonces,
  nameOf: row => nameOf({ chainId: row.chain_id, address: row.address }),
}

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

  /** The rows by their names, locked. Those that are missing are added first, with their first values. */
  async function locked<Row>({ lock, add, nameOf }: Lockable<Row>, wanted: readonly Wanted[]): Promise<Map<string, Row>> {
    const keys = wanted.map(({ key }) => key)
    const lockAll = async () => new Map((await run<Row>(lock, keys)).map(row => [nameOf(row), row]))
    const found = await lockAll()
    const missing = wanted.filter(({ name }) => !found.has(name))
    if (missing.length === 0) return found
    await run(
      add,
      missing.map(({ first }) => first),
    )
    return lockAll()
  }

  async function lockSpending(keys: readonly { readonly agentId: string; readonly windowStart: number }[]) {
    const wanted = keys.map(({ agentId: id, windowStart }) => ({ name: id, key: [id], first: [id, 0, '0', windowStart, 0, '0'] }))
    const rows = await locked(SPENDING_ROWS, wanted)
    return keys.map(({ agentId }) => rows.get(agentId) ?? new Error('The account of an agent was deleted while it was opened.'))
  }

  async function lockNonces(keys: readonly Account[]): Promise<number[]> {
    const wanted = keys.map(account => {
      const key = [account.chainId, account.address]
      return { name: nameOf(account), key, first: [...key, 0] }
    })
    const rows = await locked(NONCE_ROWS, wanted)
    return keys.map(account => rows.get(nameOf(account))?.next_nonce ?? 0)
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

function nameOf({ chainId, address }: Account): string {
  return `${chainId} ${address}`
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
