import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { startRpcProxy } from '../../support/rpc-proxy.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const PAY = { to: SOMEBODY, value: '0.01', chain: 'test-31342' }
const HOUR_MS = 3_600_000

const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_342 }))
    .extend('proxy', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
      const proxy = await startRpcProxy(anvil)
      onCleanup(() => proxy.close())
      return proxy
    })
    .extend('chains', { scope: 'file' }, ({ proxy }) => [proxy])
    .extend('agent', { scope: 'file', auto: true }, async ({ anvil, world }) => {
      const made = await world.signingAgent(anvil, { tx_sign_any_nonce: true })
      const agent = { ...made, token: made.key }
      return agent
    }),
)

describe.each(engines)('an idempotency key on $engine', ({ it }) => {
  it.for(['submit', 'sign'] as const)('makes %s happen only once', async (way, { world, agent }) => {
    const key = randomUUID()
    const before = (await world.transactions(agent)).length
    const first = await world[way](agent, PAY, keyed(key))
    expect(first.status).toBe(way === 'submit' ? 201 : 200)
    const again = await world[way](agent, { ...PAY, unknown_field: 1 }, keyed(key))
    expect(again).toMatchObject({ status: 200, body: first.body })
    const reordered = await world[way](agent, { chain: PAY.chain, value: PAY.value, to: PAY.to }, keyed(key))
    expect(reordered).toMatchObject({ status: 200, body: first.body })
    const other = await world[way](agent, { ...PAY, value: '0.02' }, keyed(key))
    expect([other.status, other.body.detail]).toEqual([422, 'This Idempotency-Key was used for another request.'])
    expect((await world.transactions(agent)).length).toBe(before + 1)
  })

  it('is not shared by signing and submitting, nor by two agents', async ({ anvil, world, agent }) => {
    const key = randomUUID()
    const another = await world.signingAgent(anvil)
    expect((await world.submit(agent, PAY, keyed(key))).status).toBe(201)
    expect((await world.sign(agent, PAY, keyed(key))).status).toBe(422)
    expect((await world.submit(another, PAY, keyed(key))).status).toBe(201)
  })

  it('used many times at once produces one signature', async ({ world, agent }) => {
    const key = randomUUID()
    const before = (await world.transactions(agent)).length
    const replies = await Promise.all(Array.from({ length: 20 }, () => world.submit(agent, PAY, keyed(key))))
    const statuses = replies.map(reply => reply.status)
    expect(statuses.filter(status => status === 201)).toHaveLength(1)
    expect(statuses.every(status => [200, 201, 409].includes(status))).toBe(true)
    expect((await world.transactions(agent)).length).toBe(before + 1)
  })

  it('answers 409 while the first request is running', async ({ proxy, world, agent }) => {
    const key = randomUUID()
    const waiting = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    proxy.behave(method => {
      if (method !== 'eth_sendRawTransaction') return 'pass'
      asked.resolve()
      return 'hang'
    })
    const first = world.submit(agent, PAY, keyed(key)).finally(waiting.resolve)
    await asked.promise
    const second = await world.submit(agent, PAY, keyed(key))
    expect(second).toMatchObject({ status: 409, headers: { 'retry-after': '1' } })
    proxy.behave(() => 'pass')
    expect((await first).status).toBe(201)
    expect((await world.submit(agent, PAY, keyed(key))).status).toBe(200)
  })

  it('is released by a request that failed', async ({ proxy, world, agent }) => {
    const key = randomUUID()
    expect((await world.submit(agent, { ...PAY, to: 'nobody' }, keyed(key))).status).toBe(400)
    proxy.behave(() => 'drop')
    expect((await world.submit(agent, PAY, keyed(key))).status).toBe(502)
    proxy.behave(() => 'pass')
    expect((await world.submit(agent, PAY, keyed(key))).status).toBe(201)
  })

  it('is valid for 24 hours', async ({ world, agent }) => {
    const key = randomUUID()
    const first = await world.sign(agent, PAY, keyed(key))
    world.advance(23 * HOUR_MS)
    expect((await world.sign(agent, PAY, keyed(key))).body).toEqual(first.body)
    world.advance(HOUR_MS + 1000)
    const later = await world.sign(agent, { ...PAY, value: '0.03' }, keyed(key))
    expect([later.status, later.body.id === first.body.id]).toEqual([200, false])
    world.advance(-24 * HOUR_MS - 1000)
  })

  it.for(['', ' ', 'x'.repeat(256), 'ünsafe'])('is refused when it is %j', async (key, { world, agent }) => {
    const reply = await world.submit(agent, PAY, keyed(key))
    expect([reply.status, Object.keys(reply.body.fields ?? {})]).toEqual([400, ['Idempotency-Key']])
  })
})
