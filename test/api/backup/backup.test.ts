import { randomBytes, randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, onTestFinished, vi } from 'vitest'
import { drill, type RestoreRequest, restore } from '../../../server/backup/restore.ts'
import { backupSchedule, lastBackup } from '../../../server/backup/schedule.ts'
import type { Sealing, Unlocking } from '../../../server/backup/sealing.ts'
import { makeBackup } from '../../../server/backup/write.ts'
import type { Config } from '../../../server/config/config.ts'
import type { Engine } from '../../../server/db/database.ts'
import { assemble } from '../../../server/main.ts'
import { ENGINES } from '../../support/databases.ts'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { emptyPostgres } from '../../support/postgres.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'
import { makeWorld, ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId }, { onCleanup }) => {
      const folder = await mkdtemp(join(tmpdir(), '1claw-backups-'))
      onCleanup(() => rm(folder, { recursive: true, force: true }))
      const identity = await generateIdentity()
      const recipient = await identityToRecipient(identity)
      for (let i = 0; i < 30; i++) await world.put(owner, vaultId, `p/${i}`, `value ${i} ${'x'.repeat(i * 100)}`)
      await world.put(owner, vaultId, 'p/0', 'second')
      await ok(world.call('DELETE', `/v1/vaults/${vaultId}/secrets/p/1`, { token: owner.token }))
      await world.agent(owner)
      return { folder, identity, recipient }
    })
    .extend('calls', ({ world, owner, scene: { folder, identity, recipient } }) => {
      const backup = async (file: string, sealing: Sealing = { recipients: [recipient] }, withKeys = false) => {
        const path = join(folder, file)
        const made = await makeBackup({
          config: world.config,
          keyring: world.server.services.keyring,
          file: path,
          sealing,
          withKeys,
          madeBy: '0.0.0',
          now: Date.now(),
        })
        return { path, made }
      }
      /** An empty place for another server, by default with the same keys. */
      async function place(on: Engine, keys: 'same' | 'none' = 'same'): Promise<Config> {
        const dataDir = await mkdtemp(join(tmpdir(), '1claw-restored-'))
        onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
        if (keys === 'same') await copyFile(join(world.dataDir, 'root.key'), join(dataDir, 'root.key'))
        if (on === 'sqlite') return { ...world.config, dataDir, databaseUrl: undefined }
        const { url, drop } = await emptyPostgres()
        onTestFinished(drop)
        return { ...world.config, dataDir, databaseUrl: url }
      }
      const request = (config: Config, file: string, unlocking: Unlocking = { identities: [identity] }): RestoreRequest => ({
        config,
        file,
        unlocking,
      })
      /** The replies of a server on a restored place. */
      async function served(
        config: Config,
        work: (get: (url: string) => Promise<{ status: number; body: never }>) => Promise<void>,
      ) {
        const server = await assemble(config)
        try {
          await work(async url => {
            const reply = await server.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${owner.token}` } })
            return { status: reply.statusCode, body: reply.json() as never }
          })
        } finally {
          await server.close()
        }
      }
      return { backup, place, request, served }
    }),
)

describe.each(engines)('a backup, from $engine', { timeout: 120_000 }, ({ it }) => {
  it.for(ENGINES)(
    'made during writes is restored into %s with everything acknowledged before it',
    { timeout: 60_000 },
    async (on, { world, owner, vaultId, calls: { backup, place, request, served } }) => {
      let writing = true
      const acknowledged: string[] = []
      const writers = [0, 1, 2].map(async writer => {
        for (let i = 0; writing; i++) {
          const path = `busy/${on}/${writer}/${i}`
          await world.put(owner, vaultId, path, path)
          acknowledged.push(path)
        }
      })
      while (acknowledged.length < 30) await new Promise(setImmediate)
      const before = [...acknowledged]
      const { path } = await backup(`busy-${on}.age`)
      writing = false
      await Promise.all(writers)
      const config = await place(on)
      await restore(request(config, path), true)
      const { end } = await restore(request(config, path), false)
      expect(end.values).toMatchObject({ unreadable: 0 })
      await served(config, async get => {
        for (const path of before) {
          expect(await get(`/v1/vaults/${vaultId}/secrets/${path}`)).toMatchObject({ status: 200, body: { value: path } })
        }
        expect(await get(`/v1/vaults/${vaultId}/secrets/p/0`)).toMatchObject({ body: { value: 'second', version: 2 } })
        expect(await get(`/v1/vaults/${vaultId}/secrets/p/1`)).toMatchObject({ status: 410 })
        expect(await get('/v1/audit/verify')).toMatchObject({ status: 200, body: { ok: true } })
      })
      // Two restores and a server, while writers use the machine.
    },
  )

  it('is proven by a drill, whose counts equal those of the tables', async ({
    world,
    owner,
    vaultId,
    calls: { backup, request },
  }) => {
    const { path, made } = await backup('drill.age')
    const { end } = await drill(request(world.config, path))
    expect(end.values).toEqual(made.end.values)
    expect(end.counts['secrets']).toBeGreaterThanOrEqual(31)
    expect(end.audit_heads.map(({ org_id }) => org_id)).toContain(owner.orgId)
    expect(await readFile(path, 'latin1')).toMatch(/^age-encryption\.org\/v1/)
    expect((await readFile(path)).includes(vaultId)).toBe(false)
  })

  it('reports a version that does not open, and the drill finds the same', async ({
    world,
    owner,
    vaultId,
    calls: { backup, request },
  }) => {
    const { body } = await world.put(owner, vaultId, 'damaged', 'damaged')
    await rowsOf(world, `UPDATE secret_versions SET kek_id = 'gone' WHERE secret_id = '${body.id}'`)
    const { path, made } = await backup('damaged.age')
    expect(made.end.values.unreadable).toBe(1)
    expect((await drill(request(world.config, path))).end.values).toEqual(made.end.values)
    await rowsOf(world, `DELETE FROM secret_versions WHERE secret_id = '${body.id}'`)
    await rowsOf(world, `DELETE FROM secrets WHERE id = '${body.id}'`)
  })

  it.for(
    cases([
      ['cut short', (path: string, size: number) => truncate(path, size - 100)],
      [
        'changed in one byte',
        async (path: string, size: number) => {
          const bytes = await readFile(path)
          bytes[size - 50] = (bytes[size - 50] ?? 0) ^ 1
          await writeFile(path, bytes)
        },
      ],
    ]),
  )('%s is refused', async ([_, harm], { calls: { backup, place, request } }) => {
    const { path } = await backup('harmed.age')
    await harm(path, (await readFile(path)).length)
    const config = await place('sqlite')
    await expect(restore(request(config, path), false)).rejects.toMatchObject({ code: 'check.failed' })
    expect(await readdir(config.dataDir)).toEqual(['root.key'])
  })

  // scrypt is slow on purpose, and runs five times.
  it('opens only with its identity or passphrase', async ({ calls: { backup, place, request } }) => {
    const { path } = await backup('to-one.age')
    const stranger = { identities: [await generateIdentity()] }
    await expect(restore(request(await place('sqlite'), path, stranger), true)).rejects.toMatchObject({ code: 'config.invalid' })
    const { path: sealed } = await backup('passphrase.age', { passphrase: 'a long one' })
    const refused = restore(request(await place('sqlite'), sealed, { passphrase: 'another' }), true)
    await expect(refused).rejects.toMatchObject({ code: 'config.invalid', message: expect.stringContaining('does not open') })
    await restore(request(await place('sqlite'), sealed, { passphrase: 'a long one' }), true)
  }, 120_000)

  it('is refused with different or missing keys, and where data already exists', async ({
    engine,
    calls: { backup, place, request },
  }) => {
    const { path } = await backup('refused.age')
    const none = await place('sqlite', 'none')
    await expect(restore(request(none, path), false)).rejects.toMatchObject({ message: expect.stringContaining('root.key') })
    const stranger = await makeWorld('sqlite')
    onTestFinished(() => stranger.close())
    await copyFile(join(stranger.dataDir, 'root.key'), join(none.dataDir, 'root.key'))
    await expect(restore(request(none, path), false)).rejects.toMatchObject({
      message: expect.stringContaining('with other keys'),
    })
    const full = await place(engine)
    await restore(request(full, path), false)
    const again = { code: 'config.invalid', message: expect.stringContaining('into an empty place only') }
    await expect(restore(request(full, path), false)).rejects.toMatchObject(again)
    await expect(restore(request(full, path), true)).rejects.toMatchObject(again)
  })

  it('is refused where the folder has a longer audit log', async ({ owner, calls: { backup, place, request } }) => {
    const { path, made } = await backup('old.age')
    const config = await place('sqlite')
    const seq = (made.end.audit_heads.find(({ org_id }) => org_id === owner.orgId)?.seq ?? 0) + 1
    const anchor = { key: 'k', heads: { [owner.orgId]: { seq, hash: 'h' } } }
    await writeFile(join(config.dataDir, 'audit-anchor.json'), JSON.stringify(anchor))
    await expect(restore(request(config, path), false)).rejects.toMatchObject({ message: expect.stringContaining('remembers') })
  })

  it('opens everything in an empty folder with the keys inside, and contains no key otherwise', async ({
    vaultId,
    scene: { recipient },
    calls: { backup, place, request, served },
  }) => {
    const { path } = await backup('with-keys.age', { recipients: [recipient] }, true)
    const config = await place('sqlite', 'none')
    await restore(request(config, path), true)
    expect(await readdir(config.dataDir)).toEqual([])
    await restore(request(config, path), false)
    await served(config, async get => {
      expect(await get(`/v1/vaults/${vaultId}/secrets/p/0`)).toMatchObject({ body: { value: 'second' } })
    })
  })

  it('writes the keys inside it only to the target, and completely', async ({
    world,
    scene: { folder, recipient },
    calls: { backup, place, request },
  }) => {
    const { path } = await backup('keys-in-memory.age', { recipients: [recipient] }, true)
    const config = await place('sqlite', 'none')
    // The state after a killed restore: half a key, and a database without its final name.
    const left = [`root.key.${randomUUID()}.draft`, `1claw.db.restoring-${randomUUID()}`]
    for (const name of left) await writeFile(join(config.dataDir, name), '1CLAWKEY')
    vi.stubEnv('TMPDIR', join(folder, 'there-is-no-such-folder'))
    onTestFinished(() => void vi.unstubAllEnvs())
    await restore(request(config, path), true)
    await restore(request(config, path), false)
    expect((await readdir(config.dataDir)).sort()).toEqual(['1claw.db', 'root.key'])
    expect(await readFile(join(config.dataDir, 'root.key'))).toEqual(await readFile(join(world.dataDir, 'root.key')))
  })

  it('on a schedule is made when it is due, kept a set number of times, and recorded in the audit log', async ({
    world,
    scene: { folder, recipient },
    calls: { request },
  }) => {
    const dir = join(folder, `schedule-${randomBytes(4).toString('hex')}`)
    await mkdir(dir)
    let now = Date.now()
    const deps = {
      settings: { everyMs: 3_600_000, keep: 2, dir, recipients: [recipient] },
      config: world.config,
      database: world.server.database,
      keyring: world.server.services.keyring,
      madeBy: '0.0.0',
      clock: () => now,
    }
    const [one, other] = [backupSchedule(deps), backupSchedule(deps)]
    await Promise.all([one(), other()])
    expect(await readdir(dir)).toHaveLength(1)
    await one()
    expect(await readdir(dir)).toHaveLength(1)
    for (let i = 0; i < 3; i++) {
      now += 3_600_000
      await one()
    }
    const files = (await readdir(dir)).sort()
    expect(files).toHaveLength(2)
    const made = now
    await drill(request(world.config, join(dir, files.at(-1) ?? '')))
    expect((await allEvents(world)).filter(({ action }) => action === 'admin.backup')).toHaveLength(4)
    const broken = backupSchedule({ ...deps, settings: { ...deps.settings, dir: join(dir, 'x\0') } })
    now += 3_600_000
    await expect(broken()).rejects.toThrow()
    expect(await lastBackup(world.server.database)).toBe(made)
    await one()
    expect((await readdir(dir)).sort()).toEqual(files)
    now += 600_000
    await one()
    expect((await readdir(dir)).sort()).not.toEqual(files)
  })
})
