import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { createCheckpoints } from '../../../../../server/db/sqlite/checkpoints.ts'
import type { SqliteConnection } from '../../../../../server/db/sqlite/connection.ts'
import { putMigrated } from '../../../../support/databases.ts'

const PAGE = 4096

describe('the write-ahead log', () => {
  let folder: string
  let file: string
  let database: Database<Handle>

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneclaw-checkpoints-'))
    file = join(folder, '1claw.db')
    await putMigrated(folder)
    database = await openDatabase({ file }, handle => handle)
  })
  afterEach(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  const bytes = async (suffix = '') => (await stat(file + suffix)).size
  let last = 0
  const put = (size: number) => {
    const row = { key: `k${++last}`, value: randomBytes(size).toString('hex') }
    return database.run(({ db }) => db.insertInto('server_facts').values(row).execute())
  }

  it('is checkpointed into the file long before the writer would do it', async () => {
    const before = await bytes()
    for (let commit = 0; commit < 70; commit++) await put(PAGE / 2)
    expect(await bytes('-wal')).toBeLessThan(1000 * PAGE)
    await expect.poll(() => bytes()).toBeGreaterThan(before + 50 * PAGE)
  })

  it('starts again instead of growing during continuous writes', async () => {
    const writers = Array.from({ length: 4 }, async () => {
      for (let commit = 0; commit < 150; commit++) await put(20 * PAGE)
    })
    await Promise.all(writers)
    // 40 pages in each of 600 commits, and at most a few thousand of them in the log at once.
    expect(await bytes()).toBeGreaterThan(10_000 * PAGE)
    expect(await bytes('-wal')).toBeLessThan(10_000 * PAGE)
  })
})

it.each([
  ['SQLITE_IOERR', true],
  ['SQLITE_BUSY', false],
  ['SQLITE_FULL', false],
])('a checkpoint that ends in %s means that the disk has failed: %s', async (code, failed) => {
  const error = Object.assign(new Error('no'), { code })
  const connection = {
    exec: () => Promise.reject(error),
    all: () => Promise.reject(error),
    execute: () => Promise.reject(error),
    interrupt: () => {},
    close: async () => {},
  } satisfies SqliteConnection
  const told: unknown[] = []
  const checkpoints = createCheckpoints(connection, each => void told.push(each))
  for (let commit = 0; commit < 100; commit++) checkpoints.committed()
  await checkpoints.close()
  expect(told).toEqual(failed ? [error] : [])
})
