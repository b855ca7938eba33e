import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { makeSoftHsm } from '../../support/softhsm.ts'
import { makeWorld, ok, type World } from '../../support/world.ts'

type Part = { name: string; status: string; detail: string; at?: string; latency_ms?: number }

const statusOf = async (world: World, token: string) => (await ok(world.call('GET', '/v1/server/status', { token }))).body
const partOf = (status: { parts: Part[] }, name: string) => status.parts.find(part => part.name === name)

describe.each(onEngines(testsOn))('the status of the server, on $engine', ({ it }) => {
  it('shows all parts to platform administrators, and their own parts to other owners', async ({
    engine,
    world,
    owner: admin,
  }) => {
    const owner = await world.signUp()
    const all = await statusOf(world, (await world.colleague(admin, 'admin')).token)
    expect(all).toMatchObject({ status: expect.any(String), scope: 'server', version: expect.any(String) })
    const own = ['database', 'keys', 'audit', 'verification']
    expect(all.parts.map(({ name }: Part) => name)).toEqual([...own, 'disk', 'mail', 'backup', 'address', 'rate-limits'])
    const part = await statusOf(world, owner.token)
    expect(part.scope).toBe('organisation')
    expect(part.parts.map(({ name }: Part) => name)).toEqual(own)
    expect(partOf(part, 'database')?.detail).toBe(`${engine === 'postgres' ? 'PostgreSQL' : 'SQLite'} answers.`)
    for (const name of ['database', 'keys']) expect(partOf(part, name)?.latency_ms).toBeGreaterThanOrEqual(0)
  })

  it('is refused to members, agents and keys confined to paths', async ({ world, owner: admin }) => {
    const member = await world.colleague(admin, 'member')
    const agent = await world.agent(admin)
    const body = { name: 'scoped', scopes: ['a/**'] }
    const scoped = await ok(world.call('POST', '/v1/auth/api-keys', { token: admin.token, body }))
    for (const token of [member.token, agent.token, scoped.body.api_key]) {
      expect((await world.call('GET', '/v1/server/status', { token })).status).toBe(403)
    }
  })

  it('shows up to which event the audit log is signed, and when all of it was verified', async ({ world }) => {
    const owner = await world.signUp()
    await world.vault(owner)
    await ok(world.call('GET', '/v1/audit/verify?full=true', { token: owner.token }))
    const status = await statusOf(world, owner.token)
    const { signed_to: to } = (await ok(world.call('GET', '/v1/audit/verify', { token: owner.token }))).body
    expect(to).toBeGreaterThan(1)
    expect(partOf(status, 'audit')).toMatchObject({ status: 'ok', at: expect.any(String) })
    expect(partOf(status, 'audit')?.detail).toContain('Signed up to event ')
    expect(partOf(status, 'verification')).toMatchObject({ status: 'ok', detail: 'The whole audit log was intact.' })
    expect(Date.parse(partOf(status, 'verification')?.at ?? '')).toBeLessThanOrEqual(Date.now())
  })

  it('counts the unsent mails, and names no paths or addresses', async ({ world, owner: admin }) => {
    await ok(world.call('POST', '/v1/org/invite', { token: admin.token, body: { email: 'grace@example.com', role: 'member' } }))
    const files = async () => (await readdir(join(world.dataDir, 'outbox')).catch(() => [])).filter(name => name.endsWith('.eml'))
    const told = async () => {
      const { detail = '' } = partOf(await statusOf(world, admin.token), 'mail') ?? {}
      return Number(/^Not set up: (\d+) mails? of the last 7 days waits? in the outbox folder\.$/.exec(detail)?.[1]) || 0
    }
    await expect.poll(async () => (await told()) > 0 && (await told()) === (await files()).length).toBe(true)
    expect(partOf(await statusOf(world, admin.token), 'mail')).toMatchObject({ status: 'warning', at: expect.any(String) })
    const text = JSON.stringify(await statusOf(world, admin.token))
    for (const word of ['grace', world.dataDir, '.eml', admin.email]) expect(text).not.toContain(word)
  })
})

describe('the status of a server whose key provider goes away', () => {
  it('is a warning that names the keys, and recovers when they are back', async () => {
    const hsm = await makeSoftHsm()
    const token = await hsm.addToken()
    const world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...token, mode: 'per-vault' } })
    const owner = await world.signUp()
    const keys = async () => partOf(await statusOf(world, owner.token), 'keys')
    expect(await keys()).toMatchObject({ status: 'ok', detail: 'The key provider (pkcs11) answers.' })
    await hsm.unplug()
    await expect.poll(async () => (await keys())?.status).toBe('warning')
    const status = await statusOf(world, owner.token)
    expect(status.status).toBe('warning')
    expect(partOf(status, 'keys')).not.toHaveProperty('latency_ms')
    await hsm.plugIn()
    await expect.poll(async () => (await keys())?.status, { timeout: 20_000 }).toBe('ok')
    await world.close()
    await hsm.remove()
  })
})
