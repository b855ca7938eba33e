import { describe, expect, it } from 'vitest'
import { allEvents } from '../../support/rows.ts'
import { withTwoProcesses } from '../../support/two-processes.ts'
import { makeWorld, ok, type World } from '../../support/world.ts'

const OPENERS = 200
const LIMITS = [1, 5, 50]

interface Outcome {
  readonly status: number
  readonly body: { readonly value?: string; readonly access_count?: number }
}

/** One of the ways to open a share, for example as a person without an account. */
type Opener = (id: string) => Promise<Outcome>

/** Opens the share many times at once, alternating between all ways. */
function race(openers: readonly Opener[], id: string): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: OPENERS }, (_, i) => (openers[i % openers.length] as Opener)(id)))
}

async function expectExactly(world: World, openers: readonly Opener[]): Promise<void> {
  const owner = await world.signUp()
  const vault = await world.vault(owner)
  const { body: secret } = await world.put(owner, vault, 'a/b', 'canary')
  for (const limit of LIMITS) {
    const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z', max_access_count: limit }
    const { body: share } = await ok(world.call('POST', `/v1/secrets/${secret.id}/share`, { token: owner.token, body }))
    const outcomes = await race(openers, share.id)
    const won = outcomes.filter(({ status }) => status === 200)
    expect(outcomes.filter(({ status }) => status === 410)).toHaveLength(OPENERS - limit)
    expect(won.map(({ body }) => body.access_count).toSorted((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: limit }, (_, i) => i + 1),
    )
    expect(won.every(({ body }) => body.value === 'canary')).toBe(true)
    expect(JSON.stringify(outcomes.filter(({ status }) => status !== 200))).not.toContain('canary')
    const row = await world.server.database.read(({ shares }) => shares.liveOfAnyOrg(share.id))
    expect(row).toMatchObject({ access_count: limit, max_access_count: limit, revoked_at: null, declined_at: null })
    const opened = (await allEvents(world)).filter(({ action, resource_id, details }) => {
      return action === 'share.open' && resource_id === share.id && details['outcome'] === undefined
    })
    expect(opened).toHaveLength(limit)
  }
}

describe(`${OPENERS} clients that open a share at once`, () => {
  it('get exactly as many values as it allows, on sqlite', async () => {
    const world = await makeWorld('sqlite')
    try {
      await expectExactly(world, [id => world.call('GET', `/v1/share/${id}`)])
    } finally {
      await world.close()
    }
  }, 60_000)

  it('get exactly as many values as it allows, on two processes over one PostgreSQL', async () => {
    const by =
      (url: string): Opener =>
      async id => {
        const reply = await fetch(`${url}/v1/share/${id}`, { headers: { accept: 'application/json' } })
        return { status: reply.status, body: (await reply.json()) as Outcome['body'] }
      }
    await withTwoProcesses((world, urls) => expectExactly(world, urls.map(by)))
  }, 150_000)
})
