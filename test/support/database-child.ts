/** The program of `startDatabaseProcess`: opens a database, and can be killed. Prints one line of JSON for each step. */
import { text } from 'node:stream/consumers'
import sqlite3 from 'sqlite3'
import type { Database, Handle } from '../../server/db/database.ts'
import { migrate } from '../../server/db/migrate.ts'
import { openDatabase } from '../../server/db/open.ts'
import { openConnection } from '../../server/db/sqlite/connection.ts'
import { Problem } from '../../src/problem.ts'
import type { Job } from './database-process.ts'

const whole = (handle: Handle) => handle
const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`)

/** Adds two rows for each id, in tables on different pages, so half a unit of work would be visible. */
async function addPair({ db }: Handle, id: string): Promise<void> {
  await db.insertInto('orgs').values({ id, name: id, is_platform: 0, created_at: 1 }).execute()
  await db.insertInto('server_facts').values({ key: id, value: id }).execute()
}

async function writeForEver(database: Database<Handle>, round: number): Promise<void> {
  const caller = async (name: number) => {
    for (let count = 0; ; count++) {
      const id = `${round}-${name}-${count}`
      await database.run(handle => addPair(handle, id))
      say({ kept: id })
    }
  }
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(caller))
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    error => (error instanceof Problem ? `${error.code}: ${error.message}` : String(error)),
  )

/** Writes until the disk refuses, then reports the state of the database. */
async function writeUntilRefused(database: Database<Handle>): Promise<void> {
  const value = 'x'.repeat(50_000)
  for (let count = 0; ; count++) {
    const write = (key: string) => database.run(({ db }) => db.insertInto('server_facts').values({ key, value }).execute())
    const first = await outcome(write(`large-${count}`))
    if (first === 'ok') {
      say({ kept: `large-${count}` })
      continue
    }
    const small = await outcome(
      database.run(({ db }) => db.insertInto('server_facts').values({ key: 'small', value: '' }).execute()),
    )
    const read = await outcome(database.read(({ db }) => db.selectFrom('server_facts').select('key').execute()))
    say({ first, small, read, check: await outcome(database.check()) })
    return
  }
}

/** Dies just before the given statement of the migrations. */
async function dieMigrating(file: string, before: number): Promise<void> {
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE, 1000)
  await connection.exec('PRAGMA journal_mode = WAL')
  let count = 0
  await migrate({
    engine: 'sqlite',
    query(statement, parameters) {
      if (count++ === before) process.kill(process.pid, 'SIGKILL')
      return connection.all(statement, parameters)
    },
  })
  say({ statements: count })
}

const job: Job = JSON.parse(await text(process.stdin))
try {
  if (job.does === 'die migrating') await dieMigrating(job.options.file ?? '', job.before)
  else {
    const database = await openDatabase(job.options, whole)
    say({ open: true })
    if (job.does === 'write for ever') await writeForEver(database, job.round)
    if (job.does === 'write until refused') await writeUntilRefused(database)
    if (job.does === 'hold') await new Promise(resolve => setTimeout(resolve, 60_000))
    await database.close()
  }
} catch (error) {
  say(error instanceof Problem ? { code: error.code, message: error.message } : { error: String(error) })
}
