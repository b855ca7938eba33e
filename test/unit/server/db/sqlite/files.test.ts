import { mkdir, mkdtemp, open, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { checkPagesLater, lastClosed } from '../../../../../server/db/sqlite/pages.ts'
import { startDatabaseProcess } from '../../../../support/database-process.ts'

const whole = (handle: Handle) => handle

describe('the file of a SQLite database', () => {
  let folder: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oneclaw-file-'))
    file = join(folder, 'data', '1claw.db')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

  it('and the files next to it are accessible to its owner only', async () => {
    const database = await openDatabase({ file }, whole)
    await database.run(({ db }) => db.insertInto('server_facts').values({ key: 'k', value: 'v' }).execute())
    expect(await mode(join(folder, 'data'))).toBe('700')
    for (const suffix of ['', '-wal', '-shm', '.lock']) expect(await mode(file + suffix), suffix).toBe('600')
    await database.close()
    await expect(stat(`${file}-wal`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is refused if its folder does not exist', async () => {
    const deep = join(folder, 'no', 'such', '1claw.db')
    await expect(openDatabase({ file: deep }, whole)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining(deep),
    })
    await writeFile(join(folder, 'plain'), '')
    await expect(openDatabase({ file: join(folder, 'plain', '1claw.db') }, whole)).rejects.toMatchObject({
      code: 'config.invalid',
    })
    await mkdir(join(folder, 'folder'))
    await expect(openDatabase({ file: join(folder, 'folder') }, whole)).rejects.toMatchObject({ code: 'config.invalid' })
    // Not writable, even for root.
    await expect(openDatabase({ file: '/proc/1claw.db' }, whole)).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('is refused together with a URL, and so is neither of them', async () => {
    const both = { file, url: 'postgres://localhost/1claw' }
    await expect(openDatabase(both, whole)).rejects.toMatchObject({ code: 'config.invalid' })
    await expect(openDatabase({}, whole)).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('serves one process at a time, by whatever name it is opened', async () => {
    const database = await openDatabase({ file }, whole)
    await symlink(file, join(folder, 'alias.db'))
    await symlink(join(folder, 'data'), join(folder, 'other'))
    for (const name of [file, join(folder, 'alias.db'), join(folder, 'other', '1claw.db')])
      await expect(openDatabase({ file: name }, whole), name).rejects.toMatchObject({
        code: 'database.unavailable',
        message: expect.stringContaining('1claw.db'),
      })
    // The refused ones must not have dropped the lock of this process.
    const child = startDatabaseProcess({ does: 'open', options: { file } })
    await child.exited
    expect(child.said).toEqual([{ code: 'database.unavailable', message: expect.stringContaining(file) }])
    await database.close()
    await (await openDatabase({ file }, whole)).close()
  })

  it('is free again as soon as the process that held it was killed', async () => {
    const child = startDatabaseProcess({ does: 'hold', options: { file } })
    await child.saidAtLeast(1)
    expect(child.said).toEqual([{ open: true }])
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject({ code: 'database.unavailable' })
    await child.kill()
    await (await openDatabase({ file }, whole)).close()
  })

  /** A closed database with many pages, one of which was changed. */
  async function damage(): Promise<number> {
    const database = await openDatabase({ file }, whole)
    await database.run(async ({ db }) => {
      for (let index = 0; index < 200; index++)
        await db
          .insertInto('server_facts')
          .values({ key: `${index}`, value: 'x'.repeat(500) })
          .execute()
    })
    await database.close()
    const size = (await stat(file)).size
    const handle = await open(file, 'r+')
    await handle.write(Buffer.alloc(4096, 0x55), 0, 4096, size - 3 * 4096)
    await handle.close()
    return size
  }

  it('is refused when one of its pages is damaged, and is not changed', async () => {
    const size = await damage()
    const before = await readFile(file)
    const refusal = { code: 'database.unavailable', message: expect.stringMatching(/1claw\.db is damaged/) }
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject(refusal)
    expect(before.equals(await readFile(file))).toBe(true)

    await truncate(file, size - 5000)
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject(refusal)
    await writeFile(file, 'This is no database, but a text that somebody has put in its place.'.repeat(100))
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject(refusal)
  })

  it('is checked in the background if it is unchanged since it was closed, and becomes read-only when a page is damaged', async () => {
    await damage()
    const { size, mtimeNs } = await stat(file, { bigint: true })
    await writeFile(`${file}.closed`, `${size} ${mtimeNs}\n`)
    const database = await openDatabase({ file }, whole)
    const refusal = { code: 'database.unavailable', message: expect.stringMatching(/1claw\.db is damaged/) }
    const checked = () =>
      database.check().then(
        () => 'fine',
        error => error.message,
      )
    await expect.poll(checked).toMatch(/is damaged/)
    const write = database.run(({ db }) => db.insertInto('server_facts').values({ key: 'late', value: '' }).execute())
    await expect(write).rejects.toMatchObject(refusal)
    await database.close()
    // It was not closed cleanly, so the next start checks it first.
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject(refusal)
  })

  /** The record of a server that has stopped: the eighth in a row that did not check every page, or an earlier one. */
  async function noteUnseen(count: number): Promise<void> {
    const { size, mtimeNs } = await stat(file, { bigint: true })
    await writeFile(`${file}.closed`, `${size} ${mtimeNs} ${count}\n`)
  }

  it('is served at once after a server that stopped before it had checked every page, and is checked first after many of them', async () => {
    await damage()
    await noteUnseen(7)
    const database = await openDatabase({ file }, whole)
    await database.close()
    await noteUnseen(8)
    await expect(openDatabase({ file }, whole)).rejects.toMatchObject({ code: 'database.unavailable' })
  })

  it('records how many servers in a row did not check every page', async () => {
    await (await openDatabase({ file }, whole)).close()
    expect(await readFile(`${file}.closed`, 'utf8')).toMatch(/^\d+ \d+ 0\n$/)
    await noteUnseen(3)
    expect(await lastClosed(file)).toEqual({ isTrusted: true, unseen: 3 })
    await noteUnseen(8)
    expect(await lastClosed(file)).toEqual({ isTrusted: false, unseen: 8 })
    expect(await lastClosed(file)).toEqual({ isTrusted: false, unseen: 0 })
    const { stop } = checkPagesLater(file, () => expect.unreachable('nothing is damaged'))
    expect(await stop()).toBe(false)
    const missing = checkPagesLater(join(folder, 'nothing-here.db'), () => expect.unreachable('nothing is damaged'))
    expect(await missing.stop()).toBe(false)
  })
})
