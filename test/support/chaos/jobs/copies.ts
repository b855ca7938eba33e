import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { drill, restore } from '../../../../server/backup/restore.ts'
import { backupSchedule } from '../../../../server/backup/schedule.ts'
import type { Config } from '../../../../server/config/config.ts'
import { rowsOf } from '../../rows.ts'
import { openParts } from '../parts.ts'
import { valuesIn } from '../values.ts'
import { type Bench, DAY, grantOf, type Job, MINUTE, rowsIn } from './job.ts'

const IMPORTED = Array.from({ length: 30 }, (_, i) => `imported/${i}`)

const backups = (config: Config) => join(config.dataDir, 'backups')

export const scheduledBackup: Job = {
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
    // There are two if the process died after it had named the file and before it recorded the backup.
    if (files.length === 0 || files.length > 2) throw new Error(`There are ${files.length} files.`)
    for (const name of files) {
      const { end } = await drill({ config, file: join(backups(config), name), unlocking: { identities: [facts.identity] } })
      if (end.values.unreadable > 0) throw new Error('Some of the backup does not open.')
    }
  },
}

export const restoring: Job = {
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

export const importing: Job = {
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
  async ensureDone(bench) {
    const sql = `SELECT s.path, count(*) AS versions FROM secrets s JOIN secret_versions v ON v.secret_id = s.id
      WHERE s.vault_id = '${bench.facts.vaults.written}' GROUP BY s.path`
    const rows = await rowsIn(bench, sql)
    if (rows.length !== IMPORTED.length) throw new Error(`${rows.length} secrets were imported.`)
  },
}

/** Each secret has its own history, whose versions are sealed again. */
const RELOCATED = 8

/** Half of some secrets of a vault are moved to another one, the other half is copied there. */
export const relocation: Job = {
  async start(bench) {
    const { parts, facts } = bench
    const { secretRelocation, vaultFacts } = parts.services
    const vault = await vaultFacts(facts.vaults.full)
    const there = await pathsIn(bench, facts.vaults.written)
    for (const [n, path] of facts.paths.slice(0, RELOCATED).entries()) {
      if (there.has(path)) continue
      const source = grantOf(facts, { vault, path, why: {} })
      await secretRelocation[isMoved(n) ? 'move' : 'copy'](source, { to: path, to_vault_id: facts.vaults.written })
    }
  },
  finish: bench => relocation.start(bench),
  async ensureDone(bench) {
    const { facts, parts } = bench
    const values = Object.entries(await valuesIn(parts, facts.customerKeys))
    for (const [n, path] of facts.paths.slice(0, RELOCATED).entries()) {
      const of = (vault: string) =>
        values
          .filter(([place]) => place.startsWith(`${vault} ${path} `))
          .map(([, value]) => value)
          .sort()
          .join()
      const before = Object.entries(facts.values).filter(([place]) => place.startsWith(`${facts.vaults.full} ${path} `))
      const all = before
        .map(([, value]) => value)
        .sort()
        .join()
      if (of(facts.vaults.written) !== all) throw new Error(`${path} is not whole where it was brought.`)
      if (of(facts.vaults.full) !== (isMoved(n) ? '' : all)) throw new Error(`${path} is not as it should be where it was.`)
    }
  },
  mayBeGone: ({ vaults, paths }, { vault, path }) => vault === vaults.full && isMoved(paths.indexOf(path)),
}

const isMoved = (n: number): boolean => n >= 0 && n < RELOCATED && n % 2 === 0

async function pathsIn(bench: Bench, vault: string): Promise<Set<string>> {
  return new Set((await rowsIn(bench, `SELECT path FROM secrets WHERE vault_id = '${vault}'`)).map(({ path }) => String(path)))
}
