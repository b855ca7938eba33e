import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'

describe.each(onEngines(testsOn))('registering agents, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner }) => {
    const register = (body: object, token = owner.token) => world.call('POST', '/v1/agents', { token, body })
    const update = (id: string, body: object, token = owner.token) => world.call('PATCH', `/v1/agents/${id}`, { token, body })
    const get = (id: string, token = owner.token) => world.call('GET', `/v1/agents/${id}`, { token })
    const made = async (more: object = {}) => (await register({ name: 'agent', ...more })).body.agent
    return { register, update, get, made }
  })

  it('with a name alone gives an API key, shown once and stored as a hash', async ({ world, calls: { register, get } }) => {
    const { status, body } = await register({ name: 'Robot 🤖' })
    expect(status).toBe(201)
    expect(body.api_key).toMatch(/^ocv_[A-Za-z0-9_-]{43}$/)
    expect(body.agent).toMatchObject({
      id: expect.any(String),
      name: 'Robot 🤖',
      auth_method: 'api_key',
      is_active: true,
      intents_api_enabled: false,
      scopes: [],
      description: '',
      shroud_enabled: false,
      created_at: expect.any(String),
    })
    for (const absent of ['vault_ids', 'tx_to_allowlist', 'token_ttl_seconds', 'expires_at', 'last_active_at']) {
      expect(body.agent).not.toHaveProperty(absent)
    }
    expect((await get(body.agent.id)).body).toEqual(body.agent)
    expect(JSON.stringify(await rowsOf(world, 'SELECT * FROM agents'))).not.toContain(body.api_key.slice(12))
  })

  it('keeps every field', async ({ vaultId, calls: { register } }) => {
    const fields = {
      name: 'full',
      description: 'what it is for',
      scopes: ['prod/**', 'team:ops'],
      expires_at: '2999-01-01T00:00:00.000Z',
      intents_api_enabled: true,
      tx_to_allowlist: ['0x00000000219ab540356cBB839Cbe05303d7705Fa'],
      tx_max_value_eth: '0.000000000000000001',
      tx_daily_limit_eth: '12.5',
      tx_allowed_chains: ['base', '1'],
      token_ttl_seconds: 120,
      vault_ids: [vaultId],
      shroud_enabled: true,
      shroud_config: { a: { b: 1 } },
    }
    expect((await register(fields)).body.agent).toMatchObject(fields)
  })

  it.for(
    cases([
      ['mtls', { client_cert_fingerprint: 'ab'.repeat(32) }, 'client_cert_fingerprint'],
      ['oidc_client_credentials', { oidc_issuer: 'https://issuer.example', oidc_client_id: 'id' }, 'oidc_issuer'],
      ['oidc_client_credentials', { oidc_client_id: 'id', oidc_issuer: 'https://issuer.example' }, 'oidc_client_id'],
    ]),
  )(
    'that sign in by %s need the fields of that method, and get no key',
    async ([auth_method, fields, needed], { world, owner, calls: { register, update } }) => {
      const { status, body } = await register({ name: 'other', auth_method, ...fields })
      expect({ status, key: body.api_key }).toEqual({ status: 201, key: undefined })
      expect(body.agent).toMatchObject({ auth_method, ...fields })
      const { [needed]: _, ...without } = fields as Record<string, string>
      for (const lacking of [without, { ...fields, [needed]: '' }]) {
        expect(await register({ name: 'x', auth_method, ...lacking })).toMatchObject({
          status: 400,
          body: { fields: { [needed]: expect.any(String) } },
        })
      }
      expect(await update(body.agent.id, { [needed]: null })).toMatchObject({
        status: 400,
        body: { fields: { [needed]: expect.any(String) } },
      })
      expect((await world.call('POST', `/v1/agents/${body.agent.id}/rotate-key`, { token: owner.token })).status).toBe(400)
    },
  )

  it('with null or [] clears a field, without it leaves it', async ({ vaultId, calls: { update, made } }) => {
    const full = {
      description: 'd',
      scopes: ['a/**'],
      expires_at: '2999-01-01T00:00:00Z',
      tx_to_allowlist: ['0x00000000219ab540356cBB839Cbe05303d7705Fa'],
      tx_max_value_eth: '1',
      tx_daily_limit_eth: '2',
      tx_allowed_chains: ['base'],
      token_ttl_seconds: 60,
      vault_ids: [vaultId],
      shroud_config: { a: 1 },
    }
    const { id } = await made(full)
    expect((await update(id, { name: 'renamed' })).body).toMatchObject({
      ...full,
      name: 'renamed',
      expires_at: '2999-01-01T00:00:00.000Z',
    })
    const cleared = (await update(id, Object.fromEntries(Object.keys(full).map(name => [name, null])))).body
    const empty = { description: '', scopes: [] }
    expect(cleared).toMatchObject(empty)
    for (const name of Object.keys(full)) if (!Object.hasOwn(empty, name)) expect(cleared).not.toHaveProperty(name)
    await update(id, full)
    const emptied = (await update(id, { scopes: [], vault_ids: [], tx_to_allowlist: [], tx_allowed_chains: [] })).body
    expect(emptied.scopes).toEqual([])
    for (const name of ['vault_ids', 'tx_to_allowlist', 'tx_allowed_chains']) expect(emptied).not.toHaveProperty(name)
    expect(emptied).toMatchObject({ tx_max_value_eth: '1', token_ttl_seconds: 60 })
  })

  it.for(
    cases([
      [{ name: '' }, 'name'],
      [{ name: 'x'.repeat(256) }, 'name'],
      [{ scopes: ['/a'] }, 'scopes[0]'],
      [{ scopes: Array(10).fill('a'.repeat(500)) }, 'scopes'],
      [{ token_ttl_seconds: 0 }, 'token_ttl_seconds'],
      [{ token_ttl_seconds: 86_401 }, 'token_ttl_seconds'],
      [{ tx_max_value_eth: '-1' }, 'tx_max_value_eth'],
      [{ tx_max_value_eth: '1e18' }, 'tx_max_value_eth'],
      [{ tx_daily_limit_eth: '0.0000000000000000001' }, 'tx_daily_limit_eth'],
      [{ tx_to_allowlist: ['0x123'] }, 'tx_to_allowlist[0]'],
      [{ vault_ids: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301'] }, 'vault_ids[0]'],
      [{ shroud_config: JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) }, 'shroud_config'],
    ]),
  )('refuses %j', async ([wrong, field], { calls: { register, update, made } }) => {
    for (const reply of [await register({ name: 'agent', ...wrong }), await update((await made()).id, wrong)]) {
      expect({ status: reply.status, fields: Object.keys(reply.body.fields ?? {}) }).toEqual({ status: 400, fields: [field] })
    }
  })

  it('confines to vaults of the organisation only: the vault of another one counts as unknown', async ({
    world,
    calls: { register },
  }) => {
    const stranger = await world.signUp()
    const theirs = await world.vault(stranger)
    const replies = [
      await register({ name: 'a', vault_ids: [theirs] }),
      await register({ name: 'a', vault_ids: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301'] }),
    ]
    expect({ ...replies[0]?.body, request_id: '' }).toEqual({ ...replies[1]?.body, request_id: '' })
  })

  it('is for people: members manage their own agents, owners and admins all, agents none', async ({
    world,
    owner,
    calls: { register, update, get },
  }) => {
    const [member, other, admin] = [
      await world.colleague(owner),
      await world.colleague(owner),
      await world.colleague(owner, 'admin'),
    ]
    const { body } = await register({ name: 'of the member' }, member.token)
    const { id } = body.agent
    expect((await update(id, { name: 'mine' }, member.token)).status).toBe(200)
    expect((await update(id, { name: 'yours' }, other.token)).status).toBe(403)
    expect((await world.call('DELETE', `/v1/agents/${id}`, { token: other.token })).status).toBe(403)
    expect((await world.call('POST', `/v1/agents/${id}/rotate-key`, { token: other.token })).status).toBe(403)
    expect((await update(id, { name: 'ours' }, admin.token)).status).toBe(200)
    for (const attempt of [register({ name: 'child' }, body.api_key), update(id, { scopes: null }, body.api_key)])
      expect((await attempt).status).toBe(403)
    expect((await get(id, other.token)).status).toBe(200)
  })

  it('shows an agent itself and no other', async ({ world, owner, calls: { get } }) => {
    const [one, two] = [await world.agent(owner), await world.agent(owner)]
    expect((await get(one.id, one.token)).body.id).toBe(one.id)
    const [others, nobodys] = [await get(two.id, one.token), await get('3f2504e0-4f89-41d3-9a0c-0305e82c3301', one.token)]
    expect([others.status, { ...others.body, request_id: '' }]).toEqual([404, { ...nobodys.body, request_id: '' }])
    const { agents } = (await world.call('GET', '/v1/agents', { token: one.token })).body
    expect(agents.map(({ id }: { id: string }) => id)).toEqual([one.id])
    const me = (await world.call('GET', '/v1/agents/me', { token: one.token })).body
    expect(me).toMatchObject({ id: one.id, org_id: owner.orgId, created_by: owner.id, is_active: true })
  })
})
