import { join } from 'node:path'
import pg from 'pg'
import sqlite3 from 'sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Config } from '../../../server/config/config.ts'
import { migrate } from '../../../server/db/migrate.ts'
import { migrations } from '../../../server/db/migrations/all.ts'
import type { Migration } from '../../../server/db/migrations/migration.ts'
import { openConnection } from '../../../server/db/sqlite/connection.ts'
import { assemble } from '../../../server/main.ts'
import { ENGINES } from '../../support/databases.ts'
import { placeOfRelease } from '../../support/releases/place.ts'
import { readRelease } from '../../support/releases/release.ts'
import { rowsOf } from '../../support/rows.ts'
import { PASSWORD } from '../../support/world.ts'

/** Starts this version on the data, and checks that everything is still there. */
async function ensureTakenOver(config: Config, release: ReturnType<typeof readRelease>): Promise<void> {
  const server = await assemble(config)
  onTestFinished(() => server.close())
  server.reachableAt('http://1claw.test')
  const call = async (method: 'GET' | 'POST', url: string, token?: string, payload?: object) => {
    const headers = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const reply = await server.app.inject({ method, url, headers, ...(payload && { payload }) })
    return { status: reply.statusCode, body: reply.json() }
  }
  const signedIn = await call('POST', '/v1/auth/token', undefined, { email: release.owner, password: PASSWORD })
  const token = signedIn.body.access_token
  const { prod, staging } = release.vaults
  const get = (path: string) => call('GET', `/v1/vaults/${path}`, token)
  expect((await get(`${prod}/secrets/db/url`)).body).toMatchObject({
    value: 'postgres://two',
    version: 2,
    type: 'password',
    metadata: { team: 'shop' },
  })
  expect((await get(`${prod}/secret-version/db/url/1`)).body.value).toBe('postgres://one')
  expect((await get(`${prod}/secrets/limited`)).body.value).toBe('x'.repeat(300))
  expect((await get(`${prod}/secrets/gone`)).status).toBe(410)
  expect((await get(`${staging}/secrets/db/url`)).body.value).toBe('postgres://staging')
  const byAgent = await call('GET', `/v1/vaults/${prod}/secrets/db/url`, release.agentKey)
  expect(byAgent.body.value).toBe('postgres://two')
  expect((await call('GET', '/v1/audit/verify', token)).body).toMatchObject({ ok: true })
  const begun = await call('POST', `/v1/vaults/${prod}/rotate-key`, token)
  for (let status = begun.body.status; status === 'running'; ) {
    status = (await get(`${prod}/rotate-key/${begun.body.id}`)).body.status
  }
  expect((await get(`${prod}/secrets/db/url`)).body.value).toBe('postgres://two')
  expect(await server.services.compareSecretsDaily(new AbortController().signal)).toEqual([])
  const applied = await rowsOf({ config, dataDir: config.dataDir }, 'SELECT id FROM schema_migrations ORDER BY id')
  expect(applied.map(({ id }) => id)).toEqual(migrations.map(({ id }) => id).toSorted())
}

/** A connection that is cut off before its statement number `at`, as if the process was killed. */
async function migrateUntil(config: Config, list: readonly Migration[], at: number): Promise<'cut off' | 'done'> {
  const { query, cut } = await (config.databaseUrl === undefined ? sqliteLink(config.dataDir) : postgresLink(config.databaseUrl))
  const engine = config.databaseUrl === undefined ? 'sqlite' : 'postgres'
  let statements = 0
  let isCut = false
  const link = {
    engine,
    async query(sql: string, parameters: readonly unknown[] = []) {
      if (++statements === at) {
        isCut = true
        await cut()
      }
      if (isCut) throw new Error('The process is dead.')
      return query(sql, parameters)
    },
  } as const
  try {
    await migrate(link, list)
    await cut()
    return 'done'
  } catch (error) {
    if (!isCut) throw error
    return 'cut off'
  }
}

async function sqliteLink(dataDir: string) {
  const connection = await openConnection(join(dataDir, '1claw.db'), sqlite3.OPEN_READWRITE, 5000)
  return { query: connection.all, cut: connection.close }
}

async function postgresLink(connectionString: string) {
  const client = new pg.Client({ connectionString })
  client.on('error', () => {})
  await client.connect()
  return {
    query: async (sql: string, parameters: readonly unknown[]) =>
      (await client.query<Record<string, unknown>>(sql, [...parameters])).rows,
    cut: () => client.end(),
  }
}

describe.each(ENGINES)('data of release 0.1.0, on %s', { timeout: 120_000 }, engine => {
  it('is taken over by this version with every value, share, policy and event', async () => {
    const release = readRelease('0.1.0')
    const config = await placeOfRelease(release, engine)
    const kept = await rowsOf({ config, dataDir: config.dataDir }, 'SELECT id, checksum FROM schema_migrations ORDER BY id')
    expect(Object.fromEntries(kept.map(({ id, checksum }) => [id, checksum]))).toEqual(
      engine === 'sqlite' ? release.checksums : expect.anything(),
    )
    await ensureTakenOver(config, release)
  })

  it('survives a crash before every statement of every migration', { timeout: 600_000 }, async () => {
    const release = readRelease('0.1.0')
    const config = await placeOfRelease(release, engine)
    let crashes = 0
    for (let upTo = release.migrations.length; upTo <= migrations.length; upTo++) {
      for (let at = 1; (await migrateUntil(config, migrations.slice(0, upTo), at)) === 'cut off'; at++) crashes++
    }
    expect(crashes).toBeGreaterThan(3 * (migrations.length - release.migrations.length))
    await ensureTakenOver(config, release)
  })

  it('of a newer schema is refused', async () => {
    const release = readRelease('0.1.0')
    const config = await placeOfRelease(release, engine)
    const row = "INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ('9999-future', 'x', 0)"
    await rowsOf({ config, dataDir: config.dataDir }, row)
    await expect(assemble(config)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('newer 1claw'),
    })
  })
})
