import { chmod, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { Problem } from '../../src/problem.ts'
import type { UpgradeCopies } from '../config/backup.ts'
import type { Config } from '../config/config.ts'
import type { SchemaChange } from '../db/migrate.ts'
import { openConnection } from '../db/sqlite/connection.ts'
import { databaseFile } from './places.ts'
import { newIdentity } from './sealing.ts'
import { codeOf, makeBackup, syncFolder } from './write.ts'

export interface UpgradeCopyDeps {
  readonly config: Pick<Config, 'dataDir' | 'databaseUrl'>
  readonly copies: UpgradeCopies
  readonly change: SchemaChange
  readonly madeBy: string
  readonly now: number
}

/** `1claw-20260101T120000000Z-0041-0042.db`: the time, and the migrations before and after. */
const NAME = /^1claw-\d{8}T\d{9}Z-(\d{4})-(\d{4})\.(?:db|age)$/
/** Also matches the other files of a copy, and the remains of a killed process. */
const PART = /^(1claw-\d{8}T\d{9}Z-\d{4}-\d{4})\.(?:db|age)(?:\.key|\.partial|\.partial-journal)?$/
const BUSY_MS = 5000

/**
 * Copies a database before its schema changes: SQLite as a file that can replace it, PostgreSQL as a backup. Returns the file; undefined if
 * the same upgrade was started before, and its copy exists.
 * @throws Problem `storage.full`, `config.invalid` if no copy can be made: the schema does not change
 */
export async function copyBeforeUpgrade(deps: UpgradeCopyDeps): Promise<string | undefined> {
  const { dir, keep } = deps.copies
  const [from, to] = [numberOf(deps.change.from), numberOf(deps.change.to)]
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const there = await readdir(dir)
    const isBegun = there.some(name => {
      const [, earlier, same] = NAME.exec(name) ?? []
      return earlier !== undefined && same === to && earlier < from
    })
    if (isBegun) return undefined
    for (const name of there) if (PART.test(name) && /\.partial/.test(name)) await rm(join(dir, name), { force: true })
    const stamp = new Date(deps.now).toISOString().replaceAll(/[-:.]/g, '')
    const made = await copied(deps, join(dir, `1claw-${stamp}-${from}-${to}`))
    await removeOldest(dir, keep)
    return made
  } catch (error) {
    throw uncopied(dir, error)
  }
}

async function copied({ config, copies, madeBy, now }: UpgradeCopyDeps, base: string): Promise<string> {
  if (config.databaseUrl === undefined) return copyOfFile(databaseFile(config.dataDir), `${base}.db`, copies.dir)
  const file = `${base}.age`
  const own = copies.recipients.length === 0 ? await newIdentity() : undefined
  if (own) await writeFile(`${file}.key`, `${own.identity}\n`, { mode: 0o600, flush: true })
  const sealing = { recipients: own ? [own.recipient] : copies.recipients }
  await makeBackup({ config, keyring: undefined, file, sealing, withKeys: false, madeBy, now })
  return file
}

/** Makes a consistent copy, even if other processes have the file open, without deleted data. */
async function copyOfFile(from: string, to: string, dir: string): Promise<string> {
  const draft = `${to}.partial`
  await writeFile(draft, '', { mode: 0o600 })
  const connection = await openConnection(from, sqlite3.OPEN_READWRITE, BUSY_MS)
  try {
    await connection.all('VACUUM INTO $1', [draft])
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await connection.close()
  }
  await chmod(draft, 0o600)
  const handle = await open(draft, 'r+')
  await handle.sync().finally(() => handle.close())
  await rename(draft, to)
  await syncFolder(dir)
  return to
}

async function removeOldest(dir: string, keep: number): Promise<void> {
  const names = await readdir(dir)
  const whole = names.filter(name => NAME.test(name)).sort()
  const kept = new Set(whole.slice(-keep).map(baseOf))
  for (const name of names) if (PART.test(name) && !kept.has(baseOf(name))) await rm(join(dir, name), { force: true })
}

function baseOf(name: string): string {
  return PART.exec(name)?.[1] ?? ''
}

function numberOf(migration: string): string {
  return migration.slice(0, 4)
}

function uncopied(dir: string, error: unknown): Problem {
  const code = codeOf(error) ?? (error instanceof Problem ? error.code : undefined)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || code === 'storage.full'
  const why = isFull ? 'the disk is full' : (code ?? 'unknown error')
  return new Problem(
    isFull ? 'storage.full' : 'config.invalid',
    `The database was not upgraded, because it could not be copied into ${dir} first (${why}).`,
    {
      hint: 'Make room there, or give this user the right to write there, and start again. To upgrade without a copy, set ONECLAW_UPGRADE_COPIES=0.',
      cause: error,
    },
  )
}
