import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { startDatabaseProcess } from '../../../../support/database-process.ts'
import { putMigrated } from '../../../../support/databases.ts'

const whole = (handle: Handle) => handle

// Like another request: not in the context of the unit.
const outside = AsyncLocalStorage.snapshot()

describe('the writer of SQLite', () => {
  let folder: string
  let file: string
  let database: Database<Handle>

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneclaw-writer-'))
    file = join(folder, '1claw.db')
    await putMigrated(folder)
    database = await openDatabase({ file }, whole)
  })
  afterEach(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  const put = (key: string, value = '') =>
    database.run(({ db }) => db.insertInto('server_facts').values({ key, value }).execute())
  const keys = async () =>
    (await database.read(({ db }) => db.selectFrom('server_facts').select('key').orderBy('key').execute())).map(({ key }) => key)

  /** A commit marks the last of its frames in the write-ahead log with the size of the database (https://sqlite.org/fileformat.html). */
  async function commits(): Promise<number> {
    const log = await readFile(`${file}-wal`)
    let count = 0
    for (let frame = 32; frame < log.length; frame += 24 + 4096) if (log.readUInt32BE(frame + 4) !== 0) count++
    return count
  }

  it('commits waiting units together, and a single unit at once', async () => {
    const before = await commits()
    await put('alone')
    expect(await commits()).toBe(before + 1)
    await Promise.all(Array.from({ length: 50 }, (_, index) => put(`together-${index}`)))
    // Each of them gets its own batch only if nothing is waiting; how many share one depends on how busy the machine is.
    expect((await commits()) - before - 1).toBeLessThan(25)
    expect(await keys()).toHaveLength(51)
  })

  it('makes no unit wait for more than one batch of others', async () => {
    const order: number[] = []
    const units = Array.from({ length: 200 }, (_, index) => put(`u${index}`).then(() => order.push(index)))
    await units[0]
    expect(order.length).toBeLessThanOrEqual(64)
    await Promise.all(units)
    expect(order).toEqual(Array.from({ length: 200 }, (_, index) => index))
  })

  it('is checked by one commit, not by a commit for each request', async () => {
    const before = await commits()
    await Promise.all([database.check(), database.check()])
    await database.check()
    expect(await commits()).toBe(before + 1)
  })

  /** Lets the file grow by this number of pages of 4 KiB. */
  const allowPages = (count: number) =>
    database.run(async ({ db }) => {
      const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(db)
      await sql`PRAGMA max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + count)}`.execute(db)
    })

  it('is not ready, even when SQLite could roll back just the statement that did not fit', async () => {
    await allowPages(2)
    const rows = [1, 2, 3].map(index => ({ key: `k${index}`, value: 'x'.repeat(20_000) }))
    const run = database.run(({ db }) => db.insertInto('server_facts').values(rows).execute())
    await expect(run).rejects.toMatchObject({ code: 'storage.full' })
    await expect(database.check()).rejects.toMatchObject({ code: 'storage.full' })
    await allowPages(100)
    await database.check()
  })

  it('reports a full disk, writes nothing then, and continues by itself when there is space', async () => {
    await put('before')
    await allowPages(2)
    const large = 'x'.repeat(100_000)
    const crowd = await Promise.allSettled([put('large-1', large), put('small-1'), put('large-2', large), put('small-2')])
    const kept = await keys()
    for (const [index, key] of ['large-1', 'small-1', 'large-2', 'small-2'].entries()) {
      expect(crowd[index]?.status === 'fulfilled', key).toBe(kept.includes(key))
      if (crowd[index]?.status === 'rejected') expect(crowd[index].reason).toMatchObject({ code: 'storage.full' })
    }
    expect(kept).not.toContain('large-1')
    await expect(database.check()).rejects.toMatchObject({ code: 'storage.full', message: 'The disk is full' })
    expect(await keys()).toContain('before')

    await allowPages(1000)
    await expect(database.check()).resolves.toBeUndefined()
    await put('large-3', large)
    expect(await keys()).toContain('large-3')
    expect(await keys()).not.toContain('room')
    const before = await commits()
    await database.check()
    expect(await commits()).toBe(before)
  })

  it('stops writing after a commit that the disk refused, and says so', { timeout: 30_000 }, async () => {
    await database.close()
    const child = startDatabaseProcess({ does: 'write until refused', options: { file } }, { maxFileKiB: 1000 })
    await child.exited
    const last = child.said.at(-1)
    expect(last).toEqual({
      first: 'database.unavailable: The disk has failed; restart the server.',
      small: 'database.unavailable: The disk has failed; restart the server.',
      read: 'ok',
      check: 'database.unavailable: The disk has failed; restart the server.',
    })
    database = await openDatabase({ file }, whole)
    const kept = new Set(await keys())
    const acknowledged = child.said.flatMap(({ kept: key }) => (typeof key === 'string' ? [key] : []))
    expect(acknowledged.length).toBeGreaterThan(3)
    expect(acknowledged.filter(key => !kept.has(key))).toEqual([])
    expect(kept.has('small')).toBe(false)
  })

  it('serves reads of the earlier state while a unit is running', async () => {
    await database.run(async ({ db }) => {
      await db.insertInto('server_facts').values({ key: 'slow', value: '' }).execute()
      expect(await outside(keys)).toEqual([])
    })
    expect(await keys()).toEqual(['slow'])
  })
})
