import { describe, expect } from 'vitest'
import { enforce } from '../../support/billing.ts'
import { cmekVault, rotation } from '../../support/customer-keys.ts'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok, type TestUser } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner: admin }) => {
    const setTier = (user: TestUser, tier: string) =>
      ok(world.call('PUT', `/v1/admin/orgs/${user.orgId}/billing-tier`, { token: admin.token, body: { tier } }))
    const enable = (user: TestUser, vault: string, fingerprint = 'a'.repeat(64)) =>
      world.call('POST', `/v1/vaults/${vault}/cmek`, { token: user.token, body: { fingerprint } })
    const includes = async (user: TestUser) => {
      const reply = await ok(world.call('GET', '/v1/billing/subscription?include=features', { token: user.token }))
      return reply.body.features.customer_keys
    }
    return { setTier, enable, includes }
  }),
)

const refused = (tier: string) => ({
  status: 403,
  body: {
    type: 'resource_limit_exceeded',
    detail: `The ${tier} tier has no customer keys; the tiers business and enterprise have them. Upgrade your plan.`,
  },
})

describe.each(engines)('customer keys where billing is enforced, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner }) => {
    await enforce(world, owner)
  })

  it.for(cases([['free'], ['pro']]))(
    'are not part of the tier %s',
    async ([tier], { world, calls: { setTier, enable, includes } }) => {
      const user = await world.signUp()
      await setTier(user, tier)
      const vault = await world.vault(user)
      expect(await enable(user, vault)).toMatchObject(refused(tier))
      expect((await ok(world.call('GET', `/v1/vaults/${vault}`, { token: user.token }))).body.cmek_enabled).not.toBe(true)
      expect(await includes(user)).toBe(false)
    },
  )

  it.for(cases([['business'], ['enterprise']]))(
    'are part of the tier %s',
    async ([tier], { world, calls: { setTier, enable, includes } }) => {
      const user = await world.signUp()
      await setTier(user, tier)
      expect(await enable(user, await world.vault(user))).toMatchObject({ status: 200, body: { cmek_enabled: true } })
      expect(await includes(user)).toBe(true)
    },
  )

  it('are free for the platform and the organisations it sponsors', async ({ world, owner: admin, calls: { enable } }) => {
    const user = await world.signUp()
    await ok(world.call('PUT', `/v1/admin/orgs/${user.orgId}/limits`, { token: admin.token, body: { is_sponsored: true } }))
    for (const who of [admin, user]) expect((await enable(who, await world.vault(who))).status).toBe(200)
  })

  it('stay usable on a smaller plan, but are neither rotated nor turned on again', async ({
    world,
    calls: { setTier, enable },
  }) => {
    const user = await world.signUp()
    await setTier(user, 'business')
    const { vaultId } = await cmekVault({ world, owner: user })
    const interrupted = await rotation({ world, owner: user })
    const [{ vault_id: other }, next] = [interrupted.params, await rotation({ world, owner: user })]
    const call = (method: string, path: string, more: object = {}) =>
      world.call(method, `/v1/vaults/${path}`, { token: user.token, ...more })
    const rotate = ({ params, body, headers }: typeof interrupted) =>
      call('POST', `${params.vault_id}/cmek-rotate`, { body, headers })
    const job = (await ok(rotate(interrupted))).body
    const statusOf = async () => (await call('GET', `${other}/cmek-rotate/${job.id}`)).body.status
    await expect.poll(statusOf).toBe('completed')
    // As a process leaves it that is killed during the rotation.
    await rowsOf(world, `UPDATE key_jobs SET status = 'running', held_until = 0 WHERE id = '${job.id}'`)

    await setTier(user, 'free')
    expect(await rotate(next)).toMatchObject(refused('free'))
    expect((await ok(call('GET', `${next.params.vault_id}/cmek-rotate`))).body.rotations).toEqual([])
    expect(await rotate(interrupted)).toMatchObject({ status: 202, body: { id: job.id } })
    await expect.poll(statusOf).toBe('completed')
    const { cmek_fingerprint } = (await ok(call('GET', vaultId))).body
    expect((await enable(user, vaultId, cmek_fingerprint)).status).toBe(200)
    expect((await ok(call('DELETE', `${vaultId}/cmek`))).body.cmek_enabled).toBe(false)
    expect(await enable(user, vaultId, cmek_fingerprint)).toMatchObject(refused('free'))
  })

  it('are open to everyone while billing is not enforced', async ({ world, owner: admin, calls: { enable, includes } }) => {
    const user = await world.signUp()
    const set = (value: string) =>
      ok(world.call('PUT', '/v1/admin/settings/billing.enforced', { token: admin.token, body: { value } }))
    await set('false')
    try {
      expect(await includes(user)).toBe(true)
      expect((await enable(user, await world.vault(user))).status).toBe(200)
    } finally {
      await set('true')
    }
  })
})
