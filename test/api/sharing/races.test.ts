import { describe, expect, it } from 'vitest'
import { type AssembledServer, assemble } from '../../../server/main.ts'
import { allEvents } from '../../support/rows.ts'
import { makeWorld, ok, type World } from '../../support/world.ts'

const OPENERS = 200
const LIMITS = [1, 5, 50]

interface Outcome {
  readonly status: number
  readonly body: { readonly value?: string; readonly access_count?: number }
}

/** Everybody at once, in turn by each of the servers. */
async function race(servers: readonly AssembledServer[], id: string): Promise<Outcome[]> {
  return Promise.all(
    Array.from({ length: OPENERS }, async (_, i) => {
      const reply = await (servers[i % servers.length] as AssembledServer).app.inject({ method: 'GET', url: `/v1/share/${id}` })
      return { status: reply.statusCode, body: reply.json() }
    }),
  )
}

async function expectExactly(world: World, servers: readonly AssembledServer[]): Promise<void> {
  const owner = await world.signUp()
  const vault = await world.vault(owner)
  const { body: secret } = await world.put(owner, vault, 'a/b', 'canary')
  for (const limit of LIMITS) {
    const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z', max_access_count: limit }
    const { body: share } = await ok(world.call('POST', `/v1/secrets/${secret.id}/share`, { token: owner.token, body }))
    const outcomes = await race(servers, share.id)
    const won = outcomes.filter(({ status }) => status === 200)
    expect(outcomes.filter(({ status }) => status === 410)).toHaveLength(OPENERS - limit)
    expect(won.map(({ body }) => body.access_count).toSorted((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: limit }, (_, i) => i + 1),
    )
    expect(won.every(({ body }) => body.value === 'canary')).toBe(true)
    expect(JSON.stringify(outcomes.filter(({ status }) => status !== 200))).not.toContain('canary')
    const row = await world.server.database.read(({ shares }) => shares.standing(share.id))
    expect(row).toMatchObject({ access_count: limit, max_access_count: limit, revoked_at: null, declined_at: null })
    const opened = (await allEvents(world)).filter(({ action, resource_id, details }) => {
      return action === 'share.open' && resource_id === share.id && details['outcome'] === undefined
    })
    expect(opened).toHaveLength(limit)
  }
}

describe(`${OPENERS} who open a share at once get exactly as many values as it has`, () => {
  it('on sqlite', async () => {
    const world = await makeWorld('sqlite')
    try {
      await expectExactly(world, [world.server])
    } finally {
      await world.close()
    }
  }, 60_000)

  it('on two servers over one PostgreSQL', async () => {
    const world = await makeWorld('postgres')
    const second = await assemble(world.config)
    try {
      await expectExactly(world, [world.server, second])
    } finally {
      await second.close()
      await world.close()
    }
  }, 60_000)
})
