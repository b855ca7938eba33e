import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MIGRATIONS } from '../../../../../server/db/copy/snapshot.ts'
import { sqliteSnapshot } from '../../../../../server/db/copy/sqlite-snapshot.ts'
import { openConnection } from '../../../../../server/db/sqlite/connection.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-snapshot-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each([
  ['with rowids', ''],
  ['without rowids', ' WITHOUT ROWID'],
])('every row of a table %s is copied once, page after page', async (_, kind) => {
  const file = join(folder, `${kind.length}.db`)
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE, 1000)
  await connection.exec(`CREATE TABLE ${MIGRATIONS} (id TEXT PRIMARY KEY);
    CREATE TABLE t (org TEXT NOT NULL, subject TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (org, subject, seq))${kind}`)
  const wanted = Array.from({ length: 65 }, (_, i) => ({ org: `o${i % 3}`, subject: `s${i % 7}`, seq: i }))
  for (const { org, subject, seq } of wanted) await connection.exec(`INSERT INTO t VALUES ('${org}', '${subject}', ${seq})`)
  await connection.close()
  const snapshot = await sqliteSnapshot(file)
  const found = []
  for await (const row of snapshot.rows('t')) found.push(row)
  await snapshot.close()
  expect(found.sort((a, b) => Number(a['seq']) - Number(b['seq']))).toEqual(wanted)
})
