import { join } from 'node:path'
import pg from 'pg'
import sqlite3 from 'sqlite3'
import { openConnection } from '../../server/db/sqlite/connection.ts'
import type { World } from './world.ts'

export type Row = Record<string, unknown>

interface Stored extends Pick<World, 'dataDir'> {
  readonly config: Pick<World['config'], 'databaseUrl'>
}

/** Runs a statement in the database of a world, without the server and its stores. Returns its rows. */
export async function rowsOf(world: Stored, statement: string): Promise<Row[]> {
  const { databaseUrl } = world.config
  if (databaseUrl === undefined) {
    const connection = await openConnection(join(world.dataDir, '1claw.db'), sqlite3.OPEN_READWRITE, 5000)
    try {
      return (await connection.all(statement)) as Row[]
    } finally {
      await connection.close()
    }
  }
  return (await poolOf(databaseUrl).query<Row>(statement)).rows
}

const pools = new Map<string, pg.Pool>()

/** Connections to a database: opened once for the many queries of a test file, and closed a second after the last. */
function poolOf(connectionString: string): pg.Pool {
  const known = pools.get(connectionString)
  if (known) return known
  const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 1000, allowExitOnIdle: true })
  // The database is removed with the world, and tests cut its connections: the next query opens a new one.
  pool.on('error', () => {})
  pools.set(connectionString, pool)
  return pool
}

/** Everything that is stored: every row of every table, bytes as hex. */
export async function everything(world: Pick<World, 'config' | 'dataDir'>): Promise<string> {
  const names =
    world.config.databaseUrl === undefined
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
  const tables = await rowsOf(world, names)
  const rows = await Promise.all(tables.map(({ name }) => rowsOf(world, `SELECT * FROM "${String(name)}"`)))
  return rows
    .flat()
    .map(row =>
      Object.values(row)
        .map(value => (Buffer.isBuffer(value) ? value.toString('hex') : String(value)))
        .join('\n'),
    )
    .join('\n')
}

export interface Event {
  readonly org_id: string
  readonly seq: number
  readonly action: string
  readonly actor_id: string
  readonly actor_type: string
  readonly resource_type: string
  readonly resource_id: string
  readonly vault_id: string | null
  readonly details: Readonly<Record<string, unknown>>
  readonly ip_address: string
}

/** Every audit event of a world, of all organisations, as stored; oldest first within each of them. */
export function allEvents(world: Pick<World, 'config' | 'dataDir'>): Promise<Event[]> {
  return eventsWhere(world, 'true')
}

/** The greatest difference between the time of an event and its order in the log, in milliseconds. */
const OUT_OF_ORDER_MS = 5_000

/** Remembers the end of the log of a world. Returns a function that reads the events after it, which is cheaper than reading all. */
export async function eventsFromNow(world: Pick<World, 'config' | 'dataDir'>): Promise<() => Promise<Event[]>> {
  const [newest] = await rowsOf(world, 'SELECT max(created_at) AS at FROM audit_events')
  const recent = `created_at >= ${Number(newest?.['at'] ?? 0) - OUT_OF_ORDER_MS}`
  const placeOf = ({ org_id, seq }: Row | Event) => `${String(org_id)} ${Number(seq)}`
  const known = new Set((await rowsOf(world, `SELECT org_id, seq FROM audit_events WHERE ${recent}`)).map(placeOf))
  return async () => (await eventsWhere(world, recent)).filter(event => !known.has(placeOf(event)))
}

async function eventsWhere(world: Pick<World, 'config' | 'dataDir'>, condition: string): Promise<Event[]> {
  const rows = await rowsOf(world, `SELECT * FROM audit_events WHERE ${condition} ORDER BY org_id, seq`)
  return rows.map(row => ({
    ...(row as Omit<Event, 'details'> & Row),
    seq: Number(row['seq']),
    details: JSON.parse(String(row['details'])),
  }))
}
