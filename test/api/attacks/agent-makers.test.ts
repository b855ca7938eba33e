import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type TestUser } from '../../support/world.ts'

const [HOME, AWAY] = [`0x${'1'.repeat(40)}`, `0x${'a'.repeat(40)}`]
const SOON = '2999-01-01T00:00:00.000Z'
const LATER = '2999-06-01T00:00:00.000Z'

describe.each(
  onEngines(engine =>
    testsOn(engine)
      .extend('orgAdmin', { scope: 'file' }, ({ world, owner }) => world.colleague(owner, 'admin'))
      .extend('member', { scope: 'file' }, ({ world, owner }) => world.colleague(owner))
      .extend('vaults', { scope: 'file' }, async ({ world, owner }) => [await world.vault(owner), await world.vault(owner)]),
  ),
)('the member who registered an agent, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const change = (who: TestUser, { id }: { id: string }, body: object) =>
      world.call('PATCH', `/v1/agents/${id}`, { token: who.token, body })
    return { change }
  })

  it('cannot switch it on again after an owner or admin has switched it off', async ({
    world,
    owner,
    orgAdmin,
    member,
    calls: { change },
  }) => {
    for (const switchOff of [
      (id: string) => world.call('DELETE', `/v1/agents/${id}`, { token: owner.token }),
      (id: string) => change(orgAdmin, { id }, { is_active: false }),
    ]) {
      const agent = await world.agent(member)
      await ok(switchOff(agent.id))
      const refused = await change(member, agent, { is_active: true })
      expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('is_active')])
      expect((await world.call('POST', '/v1/auth/agent-token', { body: { api_key: agent.key } })).status).toBe(401)
      await ok(change(orgAdmin, agent, { is_active: true }))
      await ok(world.call('POST', '/v1/auth/agent-token', { body: { api_key: agent.key } }))
    }
  })

  it('can switch it on again after switching it off', async ({ world, member, calls: { change } }) => {
    const agent = await world.agent(member)
    await ok(world.call('DELETE', `/v1/agents/${agent.id}`, { token: member.token }))
    await ok(change(member, agent, { is_active: true }))
  })

  it.for(
    cases([
      ['tx_max_value_eth', '1.5', '1.50', '1.500000000000000001'],
      ['tx_max_value_eth', '10', '9', null],
      ['tx_daily_limit_eth', '3', '0.000000000000000001', '3.1'],
      ['tx_to_allowlist', [HOME, AWAY], [AWAY?.toUpperCase().replace('0X', '0x')], [HOME, `0x${'2'.repeat(40)}`]],
      ['tx_to_allowlist', [HOME], [HOME], []],
      ['tx_allowed_chains', ['base', 'ethereum'], ['base'], ['base', 'polygon']],
      ['tx_block_unlimited_approvals', true, true, false],
      ['intents_api_enabled', false, false, true],
      ['tx_sign_any_nonce', false, false, true],
      ['message_signing_enabled', false, false, true],
      ['scopes', ['team/**', 'a label:x'], ['team/a/*'], ['team/**', 'other/**']],
      ['scopes', ['team/**'], ['team/**'], ['a label:x']],
      ['token_ttl_seconds', 600, 60, null],
      ['expires_at', LATER, SOON, null],
      ['oidc_issuer', 'https://a.example', 'https://a.example', 'https://b.example'],
    ]),
  )(
    'can make %s stricter than an owner has set it, and not looser',
    async ([field, set, stricter, looser], { world, owner, orgAdmin, member, calls: { change } }) => {
      const agent = await world.agent(member)
      await ok(change(owner, agent, { [field]: set }))
      const before = await ok(change(member, agent, { [field]: stricter }))
      expect([field, (await change(member, agent, { [field]: looser })).status]).toEqual([field, 403])
      expect((await world.call('GET', `/v1/agents/${agent.id}`, { token: member.token })).body).toEqual(before.body)
      await ok(change(member, agent, { [field]: set }))
      await ok(change(orgAdmin, agent, { [field]: looser }))
    },
  )

  it('stays within the vaults that an owner has set', async ({ world, owner, member, vaults, calls: { change } }) => {
    const agent = await world.agent(member)
    await ok(change(owner, agent, { vault_ids: [vaults[0]] }))
    expect([
      (await change(member, agent, { vault_ids: vaults })).status,
      (await change(member, agent, { vault_ids: null })).status,
    ]).toEqual([403, 403])
  })

  it('changes only what no owner or admin has set', async ({ world, owner, member, calls: { change } }) => {
    const agent = await world.agent(member, { tx_max_value_eth: '1' })
    await ok(change(owner, agent, { tx_daily_limit_eth: '1' }))
    await ok(change(member, agent, { tx_max_value_eth: '2', description: 'mine', name: 'mine' }))
    await ok(change(owner, agent, { tx_daily_limit_eth: null }))
    await ok(change(member, agent, { tx_daily_limit_eth: '9' }))
  })

  it('cannot loosen a limit that is set between reading and writing a change', async ({
    world,
    owner,
    member,
    calls: { change },
  }) => {
    const agent = await world.agent(member)
    await Promise.all([
      ok(change(owner, agent, { tx_max_value_eth: '1' })),
      ...Array.from({ length: 5 }, () => change(member, agent, { tx_max_value_eth: '100' })),
    ])
    expect((await change(member, agent, { tx_max_value_eth: '100' })).status).toBe(403)
    await ok(change(owner, agent, { tx_max_value_eth: '1' }))
  })
})
