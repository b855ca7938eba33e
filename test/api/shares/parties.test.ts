import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId: vault }) => {
      const member = await world.colleague(owner)
      const secretId = (await world.put(owner, vault, 'shared/one', 'the value')).body.id
      return { member, secretId }
    })
    .extend('calls', ({ world, scene: { secretId } }) => {
      async function made(token: string, body: object): Promise<string> {
        const whole = { expires_at: '2999-01-01T00:00:00Z', ...body }
        return (await ok(world.call('POST', `/v1/secrets/${secretId}/share`, { token, body: whole }))).body.id
      }
      async function listed(side: 'inbound' | 'outbound', token: string, id: string) {
        const { body } = await ok(world.call('GET', `/v1/shares/${side}?include=parties`, { token }))
        return body.shares.find((share: { id: string }) => share.id === id)
      }
      const about = async (id: string, token?: string) => (await ok(world.call('GET', `/v1/shares/${id}`, { token }))).body
      return { made, listed, about }
    }),
)

describe.each(engines)('the parties of a share, on $engine', ({ it }) => {
  it('show the recipient who shares: a person or an agent', async ({
    world,
    owner,
    vaultId: vault,
    scene: { member },
    calls: { made, listed, about },
  }) => {
    const agent = await world.agent(owner, { name: 'bot "7"' })
    await world.policy(owner, vault, agent, 'shared/*', ['read'])
    const toMember = { recipient_type: 'user', recipient_id: member.id }
    const [fromPerson, fromAgent] = [await made(owner.token, toMember), await made(agent.token, toMember)]
    expect(await listed('inbound', member.token, fromPerson)).toMatchObject({ shared_by: owner.email })
    expect(await listed('inbound', member.token, fromAgent)).toMatchObject({
      shared_by: `The agent ${JSON.stringify('bot "7"')}`,
    })
    expect(await listed('inbound', member.token, fromPerson)).not.toHaveProperty('recipient_id')
    expect(await about(fromPerson, member.token)).toHaveProperty('shared_by', owner.email)
  })

  it('show the sharer the recipient, and that it was declined', async ({
    world,
    owner,
    scene: { member },
    calls: { made, listed },
  }) => {
    const id = await made(owner.token, { recipient_type: 'user', recipient_id: member.id })
    const before = await listed('outbound', owner.token, id)
    expect(before).toMatchObject({ recipient_id: member.id, is_accepted: false })
    expect(before).not.toHaveProperty('is_declined')
    expect(before).not.toHaveProperty('shared_by')
    await ok(world.call('POST', `/v1/shares/${id}/decline`, { token: member.token }))
    expect(await listed('outbound', owner.token, id)).toMatchObject({ is_declined: true })
  })

  it('cannot be used with a link alone', async ({ owner, scene: { member }, calls: { made, about, listed } }) => {
    const id = await made(owner.token, { recipient_type: 'anyone_with_link' })
    for (const token of [undefined, member.token]) expect(await about(id, token)).not.toHaveProperty('shared_by')
    expect(await listed('outbound', owner.token, id)).not.toHaveProperty('recipient_id')
  })

  it('cannot include an agent that has expired', async ({ world, owner, scene: { secretId }, calls: { made } }) => {
    const agent = await world.agent(owner)
    const share = { recipient_type: 'agent', recipient_id: agent.id }
    await made(owner.token, share)
    await world.server.database.run(stores =>
      stores.agents.update(owner.orgId, agent.id, { expires_at: Date.now() - 1 }, { endTokens: false }),
    )
    const body = { ...share, expires_at: '2999-01-01T00:00:00Z' }
    const refused = await world.call('POST', `/v1/secrets/${secretId}/share`, { token: owner.token, body })
    expect(refused.status).toBe(400)
    expect(JSON.stringify(refused.body)).toContain('is not the id of an active agent')
  })
})
