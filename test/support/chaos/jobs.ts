import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { drill, restore } from '../../../server/backup/restore.ts'
import { backupSchedule } from '../../../server/backup/schedule.ts'
import type { Config } from '../../../server/config/config.ts'
import { Problem } from '../../../src/problem.ts'
import { rowsOf } from '../rows.ts'
import { openParts, type Parts } from './parts.ts'
import { type Facts, fingerprintOf } from './scene.ts'
import { valuesIn } from './values.ts'

/** What a job has to do with: the same in the process that is killed and in the one after it. */
export interface Bench {
  readonly parts: Parts
  readonly facts: Facts
  readonly elsewhere: Config
}

export interface Job {
  readonly settings?: (dataDir: string) => Partial<Config>
  /** Begins the job and works until it is done. */
  start(bench: Bench): Promise<void>
  /** What a server does of itself, or a person again, after the process has died; works until it is done. */
  finish(bench: Bench): Promise<void>
  /** Throws unless the job is wholly done. */
  ensureDone(bench: Bench): Promise<void>
  /** Whether a version may be gone, from the beginning of the job. */
  readonly mayBeGone?: (facts: Facts) => boolean
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const IMPORTED = Array.from({ length: 30 }, (_, i) => `imported/${i}`)

const grantOf = ({ orgId, userId }: Facts, resource: object) =>
  ({ orgId, resource, ip: '', actor: { type: 'user', id: userId, orgId, role: 'owner', signedInAt: Date.now() } }) as never

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 4000) throw new Error('It does not end.')
    await pause(5)
  }
}

async function ensureNone({ parts: { config } }: Bench, table: string, where = '1 = 1'): Promise<void> {
  const rows = await rowsOf({ config, dataDir: config.dataDir }, `SELECT * FROM ${table} WHERE ${where}`)
  if (rows.length > 0) throw new Error(`${rows.length} rows in ${table} are left.`)
}

const isIdle =
  ({ parts }: Bench) =>
  async () =>
    (await parts.database.read(({ keyJobs }) => keyJobs.allRunning(1))).length === 0

/** Destroys what has waited long enough. */
async function destroyDue({ parts }: Bench): Promise<void> {
  parts.advance(2 * MINUTE)
  await parts.services.destroyDueKeks()
  await parts.services.providerKeys.destroyOrphaned()
}

const rotation: Job = {
  async start(bench) {
    const { services, keyring } = bench.parts
    const vault = { id: bench.facts.vaults.full, orgId: bench.facts.orgId }
    await services.vaultKeys.moveTo(vault, await keyring.createKek(randomUUID()), { id: '', ip: '' })
    await destroyDue(bench)
  },
  async finish(bench) {
    // What a process that died held, others take after half a minute.
    bench.parts.advance(MINUTE)
    await bench.parts.services.vaultKeys.goOnAtStart()
    await until(isIdle(bench))
    await destroyDue(bench)
  },
  async ensureDone(bench) {
    for (const table of ['former_keks', 'doomed_keks']) await ensureNone(bench, table)
    await ensureNone(bench, 'key_jobs', "status <> 'completed' OR processed <> total")
  },
}

const customerRotation: Job = {
  async start(bench) {
    const { services } = bench.parts
    const { customerKeys, vaults } = bench.facts
    const vault = await services.vaultFacts(vaults.customer)
    const keys = { ...customerKeys, newFingerprint: fingerprintOf(customerKeys.new) }
    await services.cmek.rotate(grantOf(bench.facts, { vault }), keys)
    await until(isIdle(bench))
  },
  async finish(bench) {
    bench.parts.advance(MINUTE)
    const { config } = bench.parts
    const done = await rowsOf({ config, dataDir: config.dataDir }, "SELECT id FROM key_jobs WHERE status = 'completed'")
    if (done.length === 0) await this.start(bench)
  },
  async ensureDone(bench) {
    await ensureNone(bench, 'key_jobs', "status <> 'completed'")
    await ensureNone(bench, 'secret_versions', `cmek_fingerprint = '${fingerprintOf(bench.facts.customerKeys.old)}'`)
  },
}

const purge: Job = {
  async start(bench) {
    const { parts } = bench
    parts.advance(31 * DAY)
    await parts.services.secretUndo.purgeLapsed()
    await parts.services.vaultDeletion.purgeLapsed()
    await destroyDue(bench)
  },
  finish: bench => purge.start(bench),
  async ensureDone(bench) {
    await ensureNone(bench, 'vaults', 'deleted_at IS NOT NULL')
    await ensureNone(bench, 'secret_versions', 'deleted_at IS NOT NULL')
    await ensureNone(bench, 'doomed_keks')
  },
  mayBeGone: () => true,
}

const undelete: Job = {
  async start({ parts, facts }) {
    const { secretUndo, vaultDeletion, vaultFacts } = parts.services
    const vault = await vaultFacts(facts.vaults.full)
    const unlessDone = (error: unknown) => {
      if (!(error instanceof Problem && (error.code === 'resource.conflict' || error.code === 'resource.unknown'))) throw error
    }
    for (const path of facts.deletedPaths) await secretUndo.restore(grantOf(facts, { vault, path, why: {} })).catch(unlessDone)
    const deleted = { id: facts.vaults.deleted, orgId: facts.orgId }
    await vaultDeletion.restore(grantOf(facts, { deleted })).catch(unlessDone)
  },
  finish: bench => undelete.start(bench),
  async ensureDone(bench) {
    await ensureNone(bench, 'vaults', 'deleted_at IS NOT NULL')
    await ensureNone(bench, 'secret_versions', 'deleted_at IS NOT NULL')
  },
}

const retention: Job = {
  settings: dataDir => ({ auditRetention: { days: 30, archive: join(dataDir, 'archive') } }),
  async start({ parts }) {
    parts.advance(1000 * DAY)
    await parts.services.removeOldEvents()
  },
  async finish({ parts }) {
    // Within the day, as a server that is started again.
    parts.advance(1000 * DAY + 5 * MINUTE)
    await parts.services.removeOldEvents()
  },
  async ensureDone(bench) {
    const { config } = bench.parts
    const cuts = await rowsOf({ config, dataDir: config.dataDir }, 'SELECT kept_in, finished_at FROM audit_cuts')
    if (cuts.length === 0) throw new Error('Nothing was removed.')
    for (const { kept_in, finished_at } of cuts) {
      if (finished_at === null) throw new Error('A cut is not finished.')
      if (!existsSync(join(config.dataDir, 'archive', String(kept_in)))) throw new Error('Removed events are not kept.')
    }
  },
}

const backups = (config: Config) => join(config.dataDir, 'backups')

const scheduledBackup: Job = {
  async start({ parts, facts }) {
    const { config, database, keyring, now } = parts
    const settings = { everyMs: DAY, keep: 3, dir: backups(config), recipients: [facts.recipient] }
    await backupSchedule({ settings, config, database, keyring, madeBy: '0.0.0', clock: now })()
  },
  async finish(bench) {
    bench.parts.advance(5 * MINUTE)
    await scheduledBackup.start(bench)
  },
  async ensureDone({ parts: { config }, facts }) {
    const files = await readdir(backups(config))
    // Two, where the process has died between the name of the file and the note that it is made.
    if (files.length === 0 || files.length > 2) throw new Error(`There are ${files.length} files.`)
    for (const name of files) {
      const { end } = await drill({ config, file: join(backups(config), name), unlocking: { identities: [facts.identity] } })
      if (end.values.unreadable > 0) throw new Error('Some of the backup does not open.')
    }
  },
}

const restoring: Job = {
  async start({ facts, elsewhere }) {
    await restore({ config: elsewhere, file: facts.backup, unlocking: { identities: [facts.identity] } }, false)
  },
  async finish(bench) {
    const isThere = await rowsOf(
      { config: bench.elsewhere, dataDir: bench.elsewhere.dataDir },
      'SELECT id FROM orgs LIMIT 1',
    ).then(
      rows => rows.length > 0,
      () => false,
    )
    if (!isThere) await restoring.start(bench)
  },
  async ensureDone({ facts, elsewhere }) {
    const parts = await openParts(elsewhere)
    try {
      const values = await valuesIn(parts, facts.customerKeys)
      if (JSON.stringify(values) !== JSON.stringify(facts.values)) throw new Error('Other values were restored.')
    } finally {
      await parts.close()
    }
  },
}

const importing: Job = {
  async start({ parts, facts }) {
    const vault = await parts.services.vaultFacts(facts.vaults.written)
    for (let at = 0; at < IMPORTED.length; at += 5) {
      const drafts = IMPORTED.slice(at, at + 5).map(path => ({
        grant: grantOf(facts, { vault, path, why: {} }),
        draft: { value: `value of ${path}` },
      }))
      await parts.services.secretWriting.putAll(drafts)
    }
  },
  finish: bench => importing.start(bench),
  async ensureDone({ parts: { config }, facts }) {
    const sql = `SELECT s.path, count(*) AS versions FROM secrets s JOIN secret_versions v ON v.secret_id = s.id
      WHERE s.vault_id = '${facts.vaults.written}' GROUP BY s.path`
    const rows = await rowsOf({ config, dataDir: config.dataDir }, sql)
    if (rows.length !== IMPORTED.length) throw new Error(`${rows.length} secrets were imported.`)
  },
}

export const JOBS = {
  "a rotation of a vault's key": rotation,
  'a rotation of a customer key': customerRotation,
  'a purge': purge,
  'a restoration of what was deleted': undelete,
  'a cut of the audit log': retention,
  'a scheduled backup': scheduledBackup,
  'a restore elsewhere': restoring,
  'an import': importing,
} satisfies Record<string, Job>

export type JobName = keyof typeof JOBS
