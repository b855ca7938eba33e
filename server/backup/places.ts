import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'
import { occupied, type Target } from '../db/copy/load.ts'
import { postgresSnapshot } from '../db/copy/postgres-snapshot.ts'
import type { Snapshot } from '../db/copy/snapshot.ts'
import { sqliteSnapshot } from '../db/copy/sqlite-snapshot.ts'
import { isDraft, sweepDrafts } from '../keys/software/root-file.ts'
import type { End } from './format.ts'

export const ROOT_KEY = 'root.key'
const ANCHOR = 'audit-anchor.json'
const DRAFT = '1claw.db.restoring'

type Place = Pick<Config, 'dataDir' | 'databaseUrl'>

/** The current database of the settings. */
export function snapshotOf({ dataDir, databaseUrl }: Place): Promise<Snapshot> {
  return databaseUrl === undefined ? sqliteSnapshot(databaseFile(dataDir)) : postgresSnapshot(databaseUrl)
}

/** The first place of a restored database; it is renamed to `databaseFile` when it is complete. */
export function targetOf({ dataDir, databaseUrl }: Place): Target {
  return databaseUrl === undefined ? { file: join(dataDir, `${DRAFT}-${randomUUID()}`) } : { url: databaseUrl }
}

/** Whether a file comes from a killed restore. */
function isLeft(name: string): boolean {
  return name.startsWith(DRAFT) || isDraft(ROOT_KEY, name)
}

/** Removes the remains of a killed restore. */
export async function sweepRestored(dataDir: string): Promise<void> {
  for (const name of existsSync(dataDir) ? readdirSync(dataDir) : []) {
    if (name.startsWith(DRAFT)) await rm(join(dataDir, name), { force: true })
  }
  await sweepDrafts(join(dataDir, ROOT_KEY))
}

export function databaseFile(dataDir: string): string {
  return join(dataDir, '1claw.db')
}

/**
 * Refuses a folder without a database before its keys are looked up: the keys are not missing, the folder is the wrong one.
 * @throws Problem `config.invalid`
 */
export function ensureDataFolder({ dataDir, databaseUrl }: Place): void {
  if (databaseUrl !== undefined || existsSync(databaseFile(dataDir))) return
  const what = existsSync(dataDir) ? 'is not the data folder of a server: it has no 1claw.db' : 'does not exist'
  throw new Problem('config.invalid', `The folder ${dataDir} ${what}.`, {
    hint: 'Name the data folder of the server with --data-dir <folder>, or its database in ONECLAW_DATABASE_URL.',
  })
}

/**
 * Refuses a data folder with anything but keys in it, or one that remembers a longer audit log than the backup's.
 * @throws Problem `config.invalid`
 */
export function ensureFree({ dataDir, databaseUrl }: Place, { audit_heads }: End): void {
  const there = existsSync(dataDir) ? readdirSync(dataDir) : []
  const others = there.filter(name => name !== ROOT_KEY && name !== ANCHOR && !isLeft(name))
  if (databaseUrl === undefined && others.length > 0) {
    throw occupied(`The data folder ${dataDir} is not empty: it has ${others.slice(0, 3).join(', ')}.`)
  }
  if (!there.includes(ANCHOR)) return
  const remembered = anchored(join(dataDir, ANCHOR))
  for (const [org, head] of Object.entries(remembered)) {
    const found = audit_heads.find(({ org_id }) => org_id === org)?.seq ?? 0
    if (head.seq <= found) continue
    throw new Problem(
      'config.invalid',
      `${join(dataDir, ANCHOR)} remembers ${head.seq} events of the audit log of ${org}; the backup has ${found}.`,
      {
        hint: 'Restore the newest backup. If the events since are lost, move that file away: the next start then makes a new one.',
      },
    )
  }
}

function anchored(file: string): Readonly<Record<string, { readonly seq: number }>> {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { heads: Record<string, { seq: number }> }).heads
  } catch {
    throw new Problem('config.invalid', `${file} is damaged.`, { hint: 'Find out why, then move it out of the way.' })
  }
}
