import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { copyBeforeUpgrade } from '../../../server/backup/before-upgrade.ts'
import { rowLine } from '../../../server/backup/format.ts'
import { rowsOf as rowsOfBackup, survey } from '../../../server/backup/read.ts'
import { restore } from '../../../server/backup/restore.ts'
import type { Config } from '../../../server/config/config.ts'
import { sqliteSnapshot } from '../../../server/db/copy/sqlite-snapshot.ts'
import { migrations } from '../../../server/db/migrations/all.ts'
import { openConnection } from '../../../server/db/sqlite/connection.ts'
import { assemble } from '../../../server/main.ts'
import { ENGINES } from '../../support/databases.ts'
import { emptyPostgres } from '../../support/postgres.ts'
import { placeOfRelease } from '../../support/releases/place.ts'
import { type Release, readRelease } from '../../support/releases/release.ts'
import { rowsOf } from '../../support/rows.ts'

const DAY = 86_400_000

describe.each(ENGINES)('before data of release 0.1.0 gets the schema of now, on %s', { timeout: 120_000 }, engine => {
  async function placed() {
    const release = readRelease('0.1.0')
    const config = await placeOfRelease(release, engine)
    const dir = config.upgradeCopies.dir
    const there = async () => (await readdir(dir)).sort()
    const applied = async () =>
      (await rowsOf({ config, dataDir: config.dataDir }, 'SELECT id FROM schema_migrations ORDER BY id')).map(({ id }) => id)
    const start = async (settings: Partial<Config> = {}) => {
      const server = await assemble({ ...config, ...settings })
      await server.close()
    }
    return { release, config, dir, there, applied, start }
  }

  /** The identity next to a copy. */
  const unlockingOf = async (file: string) => ({ identities: [(await readFile(`${file}.key`, 'utf8')).trim()] })

  /** Every row of a copy, as text, in a fixed order. */
  async function rowsIn(file: string): Promise<string[]> {
    const lines: string[] = []
    if (engine === 'postgres') {
      for await (const { table, row } of rowsOfBackup(file, await unlockingOf(file)))
        lines.push(JSON.stringify(rowLine(table, row)))
      return lines.sort()
    }
    const snapshot = await sqliteSnapshot(file)
    for (const table of snapshot.tables)
      for await (const row of snapshot.rows(table)) lines.push(JSON.stringify(rowLine(table, row)))
    await snapshot.close()
    return lines.sort()
  }

  async function rowsOfRelease(release: Release): Promise<string[]> {
    const lines: string[] = []
    for await (const { table, row } of release.rows()) lines.push(JSON.stringify(rowLine(table, row)))
    return lines.sort()
  }

  it('a copy is made that has every row as it was, and the log records it', async () => {
    const { release, config, dir, there, start } = await placed()
    await start()
    const [name = ''] = await there()
    expect(name).toMatch(
      new RegExp(`^1claw-\\d{8}T\\d{9}Z-${release.migrations.at(-1)?.slice(0, 4)}-${migrations.at(-1)?.id.slice(0, 4)}\\.`),
    )
    expect(await rowsIn(join(dir, name))).toEqual(await rowsOfRelease(release))
    const told = await rowsOf(
      { config, dataDir: config.dataDir },
      "SELECT details FROM audit_events WHERE action = 'admin.backup'",
    )
    expect(told.map(({ details }) => JSON.parse(String(details)))).toEqual([{ file: join(dir, name), reason: 'upgrade' }])
    await start()
    expect((await there())[0]).toBe(name)
    expect((await there()).length).toBe(engine === 'postgres' ? 2 : 1)
  })

  it('the copy is a database of that release again, which can be upgraded once more', async () => {
    const { release, config, dir, there, start } = await placed()
    await start()
    const copy = join(dir, (await there())[0] ?? '')
    const again = await placed()
    if (engine === 'postgres') {
      const postgres = await emptyPostgres()
      onTestFinished(postgres.drop)
      const place = { ...again.config, databaseUrl: postgres.url }
      await restore({ config: place, file: copy, unlocking: await unlockingOf(copy) }, false)
      const { head } = await survey(copy, await unlockingOf(copy))
      expect(head.migrations).toEqual(release.migrations)
      await again.start({ databaseUrl: postgres.url })
      expect(await rowsOf({ config: place, dataDir: '' }, 'SELECT id FROM secrets')).not.toEqual([])
      return
    }
    await writeFile(join(again.config.dataDir, '1claw.db'), await readFile(copy))
    expect(await again.applied()).toEqual(release.migrations)
    await again.start()
    expect((await again.applied()).length).toBe(migrations.length)
    expect(config.dataDir).not.toBe(again.config.dataDir)
  })

  it('nothing is changed if no copy can be made, unless the settings turn copies off', async () => {
    const { release, config, dir, applied, start } = await placed()
    await writeFile(dir, 'a file in its place')
    await expect(start()).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('could not be copied'),
      extras: { hint: expect.stringContaining('ONECLAW_UPGRADE_COPIES=0') },
    })
    expect(await applied()).toEqual(release.migrations)
    await start({ upgradeCopies: { ...config.upgradeCopies, keep: 0 } })
    expect((await applied()).length).toBe(migrations.length)
  })

  it('an interrupted upgrade continues with the copy that was made before it', async () => {
    const { config, dir, there, start } = await placed()
    await mkdir(dir)
    const left = '1claw-20260101T000000000Z-0001-0002.db.partial'
    await writeFile(join(dir, left), 'cut off')
    const [first, between, to] = [
      readRelease('0.1.0').migrations.at(-1) ?? '',
      '0035-signatures-out',
      migrations.at(-1)?.id ?? '',
    ]
    const copy = (from: string, now: number) =>
      copyBeforeUpgrade({ config, copies: config.upgradeCopies, change: { from, to }, madeBy: 'test', now })
    const made = await copy(first, Date.now())
    expect(await copy(between, Date.now())).toBeUndefined()
    expect(await there()).not.toContain(left)
    await start()
    expect(await there()).toContain(made?.split('/').at(-1))
  })

  it('the newest two copies are kept, each with the keys that open it', async () => {
    const { config, there } = await placed()
    const change = { from: '0010-agent-bounds', to: migrations.at(-1)?.id ?? '' }
    for (let day = 0; day < 4; day++) {
      await copyBeforeUpgrade({ config, copies: config.upgradeCopies, change, madeBy: 'test', now: day * DAY })
    }
    const stamps = (await there()).map(name => name.slice(0, 'claw-19700101'.length + 1))
    expect([...new Set(stamps)]).toEqual(['1claw-19700103', '1claw-19700104'])
    expect(stamps.length).toBe(engine === 'postgres' ? 4 : 2)
  })
})

it('a copy of SQLite is readable by its owner only, and holds nothing that was deleted', async () => {
  const config = await placeOfRelease(readRelease('0.1.0'), 'sqlite')
  const file = join(config.dataDir, '1claw.db')
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE, 5000)
  await connection.exec(
    "PRAGMA secure_delete = OFF; CREATE TABLE gone (text TEXT); INSERT INTO gone VALUES ('MARK OF WHAT WAS DELETED'); DELETE FROM gone",
  )
  await connection.close()
  const change = { from: '0010-agent-bounds', to: '0042-secret-places' }
  const copy = await copyBeforeUpgrade({ config, copies: config.upgradeCopies, change, madeBy: 'test', now: 0 })
  expect((await stat(copy ?? '')).mode & 0o077).toBe(0)
  expect((await readFile(copy ?? '')).includes('MARK OF WHAT WAS DELETED')).toBe(false)
})
