import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const LOCAL = { name: 'Local', display_name: 'Local chain', chain_id: 31_337, rpc_url: 'http://127.0.0.1:8545' }

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('other', { scope: 'file', auto: true }, ({ world }) => world.signUp())
    .extend('calls', ({ world, owner: admin }) => {
      const asAdmin = (method: string, path: string, body?: object) => world.call(method, path, { token: admin.token, body })
      return { asAdmin }
    }),
)

describe.each(engines)('the chains on $engine', ({ it }) => {
  it('are 28 mainnets and 2 testnets at first, for anybody', async ({ world }) => {
    const { chains } = (await ok(world.call('GET', '/v1/chains'))).body
    expect(chains).toHaveLength(30)
    expect(chains.filter((chain: { is_testnet: boolean }) => chain.is_testnet)).toHaveLength(2)
    for (const chain of chains) {
      expect(chain).toMatchObject({
        is_enabled: true,
        rpc_url: expect.stringMatching(/^https:/),
        native_currency: expect.any(String),
      })
      expect(chain.explorer_url).toMatch(/^https:/)
    }
  })

  it.for(['base', 'BASE', '8453', '00000000-0000-8000-8000-000000002105'])(
    'are found by name, chain ID and UUID: %s',
    async (word, { world }) => {
      const { body } = await ok(world.call('GET', `/v1/chains/${word}`))
      expect(body).toMatchObject({ name: 'base', display_name: 'Base', chain_id: 8453 })
    },
  )

  it.for(['nowhere', '2', '00000000-0000-4000-8000-000000000000', '-1', '1e3', '0x1'])(
    'are not found: %s',
    async (word, { world }) => {
      expect((await world.call('GET', `/v1/chains/${word}`)).status).toBe(404)
    },
  )

  it('are changed by platform admins only', async ({ world, owner: admin, other }) => {
    const agent = await world.agent(admin)
    const member = await world.colleague(admin)
    for (const token of [other.token, member.token, agent.token]) {
      expect((await world.call('GET', '/v1/admin/chains', { token })).status).toBe(403)
      expect((await world.call('POST', '/v1/admin/chains', { token, body: LOCAL })).status).toBe(403)
    }
    const colleague = await world.colleague(admin, 'admin')
    expect((await world.call('GET', '/v1/admin/chains', { token: colleague.token })).status).toBe(200)
  })

  it('can be added, changed, disabled and removed', async ({ world, calls: { asAdmin } }) => {
    const { body: made } = await ok(asAdmin('POST', '/v1/admin/chains', LOCAL))
    expect(made).toMatchObject({ ...LOCAL, name: 'local', native_currency: 'ETH', is_testnet: false, is_enabled: true })
    expect((await ok(world.call('GET', '/v1/chains/31337'))).body.id).toBe(made.id)
    expect((await asAdmin('POST', '/v1/admin/chains', { ...LOCAL, name: 'second' })).status).toBe(409)
    expect((await asAdmin('POST', '/v1/admin/chains', { ...LOCAL, chain_id: 5 })).status).toBe(409)

    await ok(asAdmin('PUT', `/v1/admin/chains/${made.id}`, { is_enabled: false }))
    expect((await world.call('GET', '/v1/chains/local')).status).toBe(404)
    const { chains } = (await ok(asAdmin('GET', '/v1/admin/chains'))).body
    expect(chains.find((chain: { id: string }) => chain.id === made.id)).toMatchObject({
      is_enabled: false,
      rpc_url: LOCAL.rpc_url,
    })

    expect((await asAdmin('DELETE', `/v1/admin/chains/${made.id}`)).status).toBe(204)
    expect((await asAdmin('DELETE', `/v1/admin/chains/${made.id}`)).status).toBe(404)
    const { events } = (await ok(asAdmin('GET', `/v1/audit/events?resource_id=${made.id}`))).body
    expect(events.map((event: { action: string }) => event.action)).toEqual([
      'admin.chain_delete',
      'admin.chain_update',
      'admin.chain_create',
    ])
  })

  it('can have their own time limit, which only admins see', async ({ world, calls: { asAdmin } }) => {
    const { id } = (await ok(world.call('GET', '/v1/chains/scroll'))).body
    const limit = async (rpc_timeout_ms: unknown) => asAdmin('PUT', `/v1/admin/chains/${id}`, { rpc_timeout_ms })
    expect((await ok(limit(250))).body.rpc_timeout_ms).toBe(250)
    expect((await ok(world.call('GET', '/v1/chains/scroll'))).body).not.toHaveProperty('rpc_timeout_ms')
    for (const bad of [0, 99, 30_001, '250', 1.5]) expect((await limit(bad)).status).toBe(400)
    expect((await ok(asAdmin('PUT', `/v1/admin/chains/${id}`, { display_name: 'Scroll' }))).body.rpc_timeout_ms).toBe(250)
    expect((await ok(limit(null))).body).not.toHaveProperty('rpc_timeout_ms')
  })

  it('from the built-in list can be changed, removed and added again', async ({ world, calls: { asAdmin } }) => {
    const { id } = (await ok(world.call('GET', '/v1/chains/zora'))).body
    await ok(asAdmin('PUT', `/v1/admin/chains/${id}`, { rpc_url: 'https://a.example, https://b.example/rpc' }))
    const { body: changed } = await ok(world.call('GET', '/v1/chains/zora'))
    expect(changed).toMatchObject({
      rpc_url: 'https://a.example, https://b.example/rpc',
      display_name: 'Zora',
      chain_id: 7777777,
    })
    await ok(asAdmin('DELETE', `/v1/admin/chains/${id}`))
    expect((await world.call('GET', '/v1/chains/7777777')).status).toBe(404)
    const body = { name: 'zora', display_name: 'Zora again', chain_id: 7777777 }
    expect((await ok(asAdmin('POST', '/v1/admin/chains', body))).body).toMatchObject({ id, display_name: 'Zora again' })
  })

  it('show RPC URLs with credentials to admins only', async ({ world, calls: { asAdmin } }) => {
    const { id } = (await ok(world.call('GET', '/v1/chains/mode'))).body
    const secret = 'https://mode.example/v3/0123456789abcdef0123456789abcdef'
    await ok(
      asAdmin('PUT', `/v1/admin/chains/${id}`, { rpc_url: `${secret} https://user:pw@mode.example https://mode.example/?key=1` }),
    )
    expect((await ok(world.call('GET', '/v1/chains/mode'))).body.rpc_url).toBeUndefined()
    const { chains } = (await ok(asAdmin('GET', '/v1/admin/chains'))).body
    expect(chains.find((chain: { id: string }) => chain.id === id).rpc_url).toContain(secret)
  })

  it.for([
    'ftp://x.example',
    'x.example',
    'http://169.254.169.254/latest',
    'http://[fe80::1]/',
    'http://2852039166/',
    'http://0.0.0.0:8545',
    'http://[::ffff:169.254.169.254]/',
    'http://100.100.100.200',
  ])('refuse the RPC URL %s', async (rpc_url, { calls: { asAdmin } }) => {
    const reply = await asAdmin('POST', '/v1/admin/chains', { ...LOCAL, rpc_url })
    expect(reply.status).toBe(400)
    expect(reply.body.fields).toHaveProperty('rpc_url')
  })

  it.for(['1234', '', 'a/b', 'x'.repeat(65), 'two words'])('refuse the name %j', async (name, { calls: { asAdmin } }) => {
    expect((await asAdmin('POST', '/v1/admin/chains', { ...LOCAL, name })).status).toBe(400)
  })
})
