import { join } from 'node:path'
import pg from 'pg'
import sqlite3 from 'sqlite3'
import { openConnection } from '../../server/db/sqlite/connection.ts'
import type { World } from './world.ts'

export type Row = Record<string, unknown>

interface Stored extends Pick<World, 'dataDir'> {
  readonly config: Pick<World['config'], 'databaseUrl'>
}

/** What a statement finds, or does, in the database of a world, past the server and its stores. */
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
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(statement)).rows
  } finally {
    await client.end()
  }
}

/** All that is stored: every row of every table, bytes as hex. */
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
export async function allEvents(world: Pick<World, 'config' | 'dataDir'>): Promise<Event[]> {
  const rows = await rowsOf(world, 'SELECT * FROM audit_events ORDER BY org_id, seq')
  return rows.map(row => ({
    ...(row as Omit<Event, 'details'> & Row),
    seq: Number(row['seq']),
    details: JSON.parse(String(row['details'])),
  }))
}
