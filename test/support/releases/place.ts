import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Config, readConfig } from '../../../server/config/config.ts'
import { load } from '../../../server/db/copy/load.ts'
import type { Engine } from '../../../server/db/database.ts'
import { emptyPostgres } from '../postgres.ts'
import type { Release } from './release.ts'

/** A data folder as the release left it, until the test has ended. */
export async function placeOfRelease(release: Release, engine: Engine): Promise<Config> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-release-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const postgres = engine === 'postgres' ? await emptyPostgres() : undefined
  if (postgres) onTestFinished(postgres.drop)
  await writeFile(join(dataDir, 'root.key'), release.rootKey, { mode: 0o600 })
  await load(postgres ? { url: postgres.url } : { file: join(dataDir, '1claw.db') }, release.migrations, release.rows())
  const settings = { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'silent' }
  return { ...readConfig({ dataDir }, settings), databaseUrl: postgres?.url }
}
