import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { eventsFromNow } from '../../support/rows.ts'
import { ok, type Reply, type TestUser } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const grant = (by: TestUser, pattern: string, permission: string, to: { readonly type: string; readonly id: string }) =>
      world.call('POST', `/v1/vaults/${vaultId}/policies`, {
        token: by.token,
        body: { secret_path_pattern: pattern, principal_type: to.type, principal_id: to.id, permissions: [permission] },
      })
    /** A person who manages the policies of a pattern, and the policy that allows it. */
    async function manager(by: TestUser, pattern: string): Promise<{ person: TestUser; reply: Reply }> {
      const person = await world.colleague(owner)
      return { person, reply: await grant(by, pattern, 'admin', { type: 'user', id: person.id }) }
    }
    /** The rules of the attempts that were denied since it was called. */
    async function denials() {
      const { services } = world.server
      services.flushFailures()
      await services.log.drain()
      const added = await eventsFromNow(world)
      return async () => {
        services.flushFailures()
        await services.log.drain()
        const denied = (await added()).filter(({ details }) => details['outcome'] === 'denied')
        return [...new Set(denied.map(({ details }) => details['rule']))]
      }
    }
    return { grant, manager, denials }
  }),
)

describe.each(engines)('a denial that needs a history names its rule in the log, on $engine', ({ it }) => {
  it('policy-depth: the admin permission was passed on too many times', async ({ owner, calls: { manager, denials } }) => {
    const rules = await denials()
    let by = owner
    for (let depth = 0; depth < 50; depth++) {
      const { person, reply } = await manager(by, 'deep/**')
      if (reply.status === 201) {
        by = person
        continue
      }
      expect(reply).toMatchObject({ status: 403, body: { detail: expect.stringContaining('already been delegated') } })
      expect(depth).toBeGreaterThan(1)
      expect(await rules()).toEqual(['policy-depth'])
      return
    }
    throw new Error('The admin permission can be passed on without end.')
  })

  it('policy-ended: the policy that allowed it was deleted in the meantime', { timeout: 60_000 }, async ({
    world,
    owner,
    vaultId,
    calls: { grant, manager, denials },
  }) => {
    const agent = await world.agent(owner)
    const to = { type: 'agent', id: agent.id }
    // The deletion has to come between a decision and the write that follows it, so many decisions are made at the same time.
    for (let round = 0; round < 40; round++) {
      const { person, reply } = await manager(owner, `ended-${round}/**`)
      await ok(grant(person, `ended-${round}/warm`, 'read', to))
      const rules = await denials()
      const url = `/v1/vaults/${vaultId}/policies/${reply.body.id}`
      const [, ...made] = await Promise.all([
        ok(world.call('DELETE', url, { token: owner.token })),
        ...Array.from({ length: 20 }, (_, index) => grant(person, `ended-${round}/${index}`, 'read', to)),
      ])
      expect(made.filter(({ status }) => status !== 201 && status !== 403)).toEqual([])
      if (!made.some(({ body }) => String(body.detail).includes('was deleted'))) continue
      expect(await rules()).toContain('policy-ended')
      return
    }
    throw new Error('No deletion came between a decision and its write.')
  })
})
