import { expect, it } from 'vitest'
import { enforcing, exhaust, giveCredits, sumsOf } from '../../support/billing.ts'
import { withTwoProcesses } from '../../support/two-processes.ts'
import { ok, type World } from '../../support/world.ts'
import { pricedWorld } from '../../support/x402/priced-world.ts'
import { proof, standInFacilitator } from '../../support/x402/stand-in.ts'

/** The status of a request; 0 if its process died. */
function statusOf(url: string, token: string, headers: Record<string, string> = {}): Promise<number> {
  return fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...headers } }).then(
    async reply => {
      await reply.arrayBuffer()
      return reply.status
    },
    () => 0,
  )
}
const count = (statuses: readonly number[], status: number) => statuses.filter(each => each === status).length
const paidRequests = async (world: World, token: string) =>
  (await ok(world.call('GET', '/v1/billing/usage', { token }))).body.current_month

it('serves exactly 100 of 500 requests at once on two processes when credits cover 100', async () => {
  await withTwoProcesses(async (world, urls) => {
    await enforcing(world)
    const user = await world.signUp()
    await exhaust(world, user.orgId)
    await giveCredits(world, user.orgId, 10)
    const ask = (_: unknown, index: number) => statusOf(`${urls[index % 2]}/v1/vaults`, user.token)
    const statuses = await Promise.all(Array.from({ length: 500 }, ask))
    expect([count(statuses, 200), count(statuses, 402)]).toEqual([100, 400])
    expect(await sumsOf(world, user.orgId)).toEqual({ entries: 0, lots: 0, balance: 0 })
    expect(await paidRequests(world, user.token)).toMatchObject({ paid_requests: 100, total_cost_usd: '0.10' })
  })
}, 120_000)

it('serves nothing for free and loses no credit when one of two processes is killed', async () => {
  await withTwoProcesses(async (world, urls, kill) => {
    await enforcing(world)
    const user = await world.signUp()
    await exhaust(world, user.orgId)
    await giveCredits(world, user.orgId, 10)
    let answered = 0
    let killed: Promise<void> | undefined
    const ask = async (_: unknown, index: number) => {
      const status = await statusOf(`${urls[index % 2]}/v1/vaults`, user.token)
      if (++answered === 20) killed = kill(1)
      return status
    }
    const statuses = await Promise.all(Array.from({ length: 500 }, ask))
    await killed
    // A client whose connection was cut asks the other server.
    while (statuses.at(-1) !== 402) statuses.push(await statusOf(`${urls[0]}/v1/vaults`, user.token))
    const [served, cutOff] = [count(statuses, 200), count(statuses, 0)]
    expect(served).toBeLessThanOrEqual(100)
    expect(served + cutOff).toBeGreaterThanOrEqual(100)
    // Credits for 100 were used for exactly 100 requests, including those that were cut off.
    expect(await sumsOf(world, user.orgId)).toEqual({ entries: 0, lots: 0, balance: 0 })
    expect(await paidRequests(world, user.token)).toMatchObject({ paid_requests: 100, total_cost_usd: '0.10' })
  })
}, 120_000)

it('allows exactly three vaults when twelve requests on two processes create one at once', async () => {
  await withTwoProcesses(async (world, urls) => {
    await enforcing(world)
    const { token } = await world.signUp()
    const make = async (_: unknown, index: number) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ name: `vault-${index}` })
      const reply = await fetch(`${urls[index % 2]}/v1/vaults`, { method: 'POST', headers, body })
      await reply.arrayBuffer()
      return reply.status
    }
    const statuses = await Promise.all(Array.from({ length: 12 }, make))
    expect([count(statuses, 201), count(statuses, 403)]).toEqual([3, 9])
    expect((await ok(world.call('GET', '/v1/vaults', { token }))).body.vaults).toHaveLength(3)
  })
}, 120_000)

it('counts a payment that is sent to two processes 50 times at once for one request only', async () => {
  const facilitator = await standInFacilitator()
  try {
    await withTwoProcesses(async (world, urls) => {
      const { user, secret } = await pricedWorld(world, facilitator)
      const payment = JSON.stringify(proof())
      const show = (_: unknown, index: number) => statusOf(urls[index % 2] + secret, user.token, { 'x-payment': payment })
      const statuses = await Promise.all(Array.from({ length: 50 }, show))
      expect([count(statuses, 200), count(statuses, 402)]).toEqual([1, 49])
      expect(facilitator.asked.settle).toBe(1)
    })
  } finally {
    await facilitator.close()
  }
}, 120_000)

it('settles a payment on the other process after one was killed during settlement, and answers there', async () => {
  const facilitator = await standInFacilitator()
  try {
    await withTwoProcesses(async (world, urls, kill) => {
      const { user, secret } = await pricedWorld(world, facilitator)
      const payment = JSON.stringify(proof())
      const asked = Promise.withResolvers<void>()
      facilitator.says({
        settle: () => {
          asked.resolve()
          return new Promise(() => {})
        },
      })
      const first = statusOf(urls[1] + secret, user.token, { 'x-payment': payment })
      await asked.promise
      await kill(1)
      expect(await first).toBe(0)
      facilitator.says({})
      const shown = () => statusOf(urls[0] + secret, user.token, { 'x-payment': payment })
      // Until it is certain that no process works on it any more.
      await expect.poll(shown, { timeout: 100_000, interval: 1_000 }).toBe(200)
      expect(facilitator.asked.settle).toBe(2)
      expect(await shown()).toBe(402)
    })
  } finally {
    await facilitator.close()
  }
}, 150_000)
