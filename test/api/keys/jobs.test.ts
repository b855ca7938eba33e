import { describe, expect } from 'vitest'
import { rotated } from '../../support/customer-keys.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner: admin }) => {
    const list = async (query = '') => (await ok(world.call('GET', `/v1/admin/jobs${query}`, { token: admin.token }))).body
    return { list }
  }),
)

describe.each(engines)('the jobs of the server, on $engine', ({ it }) => {
  it('report when they ran, how that ended and when they run again', async ({ calls: { list } }) => {
    const one = async (name: string) => (await list()).jobs.find((job: { name: string }) => job.name === name)
    await expect.poll(async () => (await one('rotate-keys')).outcome).toBe('ok')
    const job = await one('rotate-keys')
    expect(job).toMatchObject({ every: 5, running: expect.any(Boolean), description: expect.stringContaining('rotations') })
    expect(Date.parse(job.last_started_at)).toBeLessThanOrEqual(Date.parse(job.last_ended_at))
    expect(Date.parse(job.next_at)).toBeGreaterThan(Date.parse(job.last_started_at))
    expect(await one('purge-deleted')).toMatchObject({ outcome: 'none-yet', every: 600 })
    const { jobs, tasks, tasks_total } = await list()
    expect(new Set(jobs.map(({ name }: { name: string }) => name)).size).toBe(jobs.length)
    expect([tasks, tasks_total]).toEqual([[], 0])
  })

  it('list rotations that failed or wait for someone in pages, with what to do', async ({
    world,
    owner: admin,
    calls: { list },
  }) => {
    const vault = await world.vault(admin)
    for (const path of ['good', 'bad']) await world.put(admin, vault, path, path)
    await rowsOf(
      world,
      `UPDATE secret_versions SET wrapped_dek = (SELECT v.wrapped_dek FROM secret_versions v JOIN secrets s ON s.id = v.secret_id
        WHERE s.path = 'good') WHERE secret_id = (SELECT id FROM secrets WHERE path = 'bad')`,
    )
    const begun = await ok(world.call('POST', `/v1/vaults/${vault}/rotate-key`, { token: admin.token }))
    await expect.poll(async () => (await list()).tasks[0]?.status).toBe('failed')
    expect((await list()).tasks).toMatchObject([
      {
        id: begun.body.id,
        kind: 'vault-key',
        vault_id: vault,
        done: 1,
        total: 2,
        message: expect.stringContaining('delete it, then rotate again'),
      },
    ])
    const customer = await rotated({ world, owner: admin })
    await expect.poll(async () => (await list()).tasks_total).toBe(1)
    await rowsOf(world, `UPDATE key_jobs SET status = 'running', holder = NULL, held_until = 0 WHERE id = '${customer.id}'`)
    const [first, second, beyond] = [await list('?limit=1'), await list('?limit=1&offset=1'), await list('?limit=1&offset=2')]
    expect([first.tasks_total, second.tasks_total, beyond.tasks]).toEqual([2, 2, []])
    expect(first.tasks).toMatchObject([
      { id: customer.id, status: 'waiting', message: expect.stringContaining('1claw cmek rotate') },
    ])
    expect(second.tasks).toMatchObject([{ id: begun.body.id, status: 'failed' }])
  })

  it('no longer list a failure once a later rotation has succeeded', async ({ world, owner: admin, calls: { list } }) => {
    const { tasks } = await list()
    const vault = tasks.find(({ kind }: { kind: string }) => kind === 'vault-key').vault_id
    await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/bad?purge=true`, { token: admin.token }))
    await ok(world.call('POST', `/v1/vaults/${vault}/rotate-key`, { token: admin.token }))
    const kinds = async () => (await list()).tasks.map(({ kind }: { kind: string }) => kind)
    await expect.poll(kinds).toEqual(['customer-key'])
    expect(await rowsOf(world, `SELECT id FROM former_keks WHERE vault_id = '${vault}'`)).toEqual([])
  })

  it('are for platform administrators', async ({ world, owner: admin }) => {
    const stranger = await world.signUp()
    expect((await world.call('GET', '/v1/admin/jobs', { token: stranger.token })).status).toBe(403)
    expect((await world.call('GET', '/v1/admin/jobs?limit=201', { token: admin.token })).status).toBe(400)
  })
})
