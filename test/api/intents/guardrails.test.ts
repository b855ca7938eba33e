import { describe, expect } from 'vitest'
import { call, deploy, send, TOKEN } from '../../support/contracts.ts'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { ETHER, type SigningAgent, until } from '../../support/intents.ts'
import { ok, type Reply } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const ANOTHER = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const CHAIN = 'test-31341'
/** A known fee: 21 000 gas at 10 gwei is 0.00021. */
const FEE = { gas_limit: 21_000, max_fee_per_gas: '10000000000', max_priority_fee_per_gas: '1000000000' }
const PAY = { to: SOMEBODY, value: '0.1', chain: CHAIN, ...FEE }
const DAY_MS = 24 * 3_600_000

/** With a credential that is valid for days. */
const lasting = (agent: SigningAgent): SigningAgent => ({ ...agent, token: agent.key })

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_341 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
    .extend('calls', ({ anvil, world }) => {
      const update = (agent: SigningAgent, fields: object) =>
        ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body: fields }))
      const sentBy = async (agent: SigningAgent) => Number(await anvil.rpc('eth_getTransactionCount', agent.address, 'pending'))
      const spentToday = async (agent: SigningAgent): Promise<string> =>
        (await ok(world.call('GET', `/v1/agents/${agent.id}`, { token: world.owner.token }))).body.tx_spent_today_eth
      return { update, sentBy, spentToday }
    }),
)

describe.each(engines)('the guardrails on $engine', ({ it }) => {
  it('each stop a transaction, naming the guardrail and what is left', async ({ anvil, world, calls: { update, sentBy } }) => {
    const agent = await world.signingAgent(anvil, {
      tx_allowed_chains: ['base'],
      tx_to_allowlist: [ANOTHER.toLowerCase()],
      tx_max_value_eth: '0.05',
      tx_daily_limit_eth: '0.02',
    })
    const steps: [object, string, RegExp][] = [
      [{}, 'tx_allowed_chains', /not one of the agent's chains \(base\)/],
      [{ tx_allowed_chains: ['31341'] }, 'tx_to_allowlist', /is not on the agent's list of 1 address/],
      [{ tx_to_allowlist: [SOMEBODY] }, 'tx_max_value_eth', /0\.1 ETH is more than the maximum of 0\.05 ETH/],
      [{ tx_max_value_eth: null }, 'tx_daily_limit_eth', /0\.10021 ETH; of the 0\.02 ETH for 24 hours, 0\.02 are left/],
    ]
    for (const [change, guardrail, detail] of steps) {
      await update(agent, change)
      for (const attempt of [world.submit(agent, PAY), world.sign(agent, PAY), world.bundle(agent, [PAY])]) {
        const { status, body } = await attempt
        expect(status).toBe(403)
        expect(body.detail).toContain(`Refused by ${guardrail}`)
        if (guardrail !== 'tx_daily_limit_eth' || body.detail.includes('0.10021')) expect(body.detail).toMatch(detail)
        if (guardrail !== 'tx_daily_limit_eth') expect(body.detail).toContain('Remaining daily allowance: 0.02.')
      }
      const report = (await ok(world.simulate(agent, PAY))).body.guardrails
      expect(report).toMatchObject({ allowed: false, reason: expect.stringContaining(guardrail) })
    }
    expect(await sentBy(agent)).toBe(0)
    await update(agent, { tx_daily_limit_eth: '1' })
    expect((await ok(world.submit(agent, PAY))).body.remaining_daily_allowance_eth).toBe('0.89979')
    const { events } = (
      await ok(world.call('GET', `/v1/audit/events?actor_id=${agent.id}&action=transaction.submit`, { token: world.owner.token }))
    ).body
    expect(events.map((event: Reply['body']) => event.details.reason).filter(Boolean)).toEqual(
      steps.map(([, guardrail]) => guardrail).reverse(),
    )
    expect(events.at(-1).details).toEqual({
      outcome: 'denied',
      status: 403,
      rule: 'tx_allowed_chains',
      reason: 'tx_allowed_chains',
      chain: CHAIN,
      chain_id: 31_341,
      to: SOMEBODY,
      value: '0.1',
      summary: `Send 0.1 ETH to ${SOMEBODY}.`,
    })
  })

  it('recognise an address in any case and a chain by any of its names', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil, {
      tx_sign_any_nonce: true,
      tx_to_allowlist: [SOMEBODY.toLowerCase()],
      tx_allowed_chains: [CHAIN.toUpperCase()],
    })
    for (const to of [SOMEBODY, SOMEBODY.toLowerCase(), `0x${SOMEBODY.slice(2).toUpperCase()}`]) {
      for (const chain of [CHAIN, '31341', 'Test-31341'])
        expect((await world.sign(agent, { ...PAY, to, chain })).status).toBe(200)
    }
    const zero = `0x${'0'.repeat(40)}`
    expect((await world.sign(agent, { ...PAY, to: zero })).status).toBe(403)
    const creation = { to: null, value: '0', chain: CHAIN, data: TOKEN, gas_limit: 2_000_000 }
    expect((await world.sign(agent, creation)).body.detail).toContain('Contracts cannot be created')
  })

  it('count value and highest fee against the daily limit, including signed ones until they are used or displaced', async ({
    anvil,
    world,
  }) => {
    // All with one nonce: with several, the transaction that fills the gap of the first would also count, depending on when the job runs.
    const pay = { ...PAY, nonce: 0 }
    const agent = lasting(await world.signingAgent(anvil, { tx_daily_limit_eth: '0.20042' }))
    expect((await world.sign(agent, pay)).status).toBe(200)
    world.advance(DAY_MS / 2)
    const second = await ok(world.sign(agent, pay))
    expect(second.body.remaining_daily_allowance_eth).toBe('0')
    expect((await world.sign(agent, { ...pay, value: '0' })).status).toBe(403)
    world.advance(DAY_MS / 2 - 60_000)
    expect((await world.sign(agent, { ...pay, value: '0' })).status).toBe(403)
    world.advance(61_000)
    // The first is older than 24 hours, but anyone who has it can still send it.
    expect((await world.sign(agent, { ...pay, value: '0' })).status).toBe(403)
    world.advance(-DAY_MS - 1000)
  })

  it('are not reset by a clock that jumps and comes back', async ({ anvil, world }) => {
    const agent = lasting(await world.signingAgent(anvil, { tx_sign_any_nonce: true, tx_daily_limit_eth: '0.15' }))
    expect((await world.sign(agent, PAY)).status).toBe(200)
    expect((await world.sign(agent, PAY)).status).toBe(403)
    world.advance(30 * DAY_MS)
    expect((await world.sign(agent, { ...PAY, value: '0.01' })).status).toBe(200)
    world.advance(-30 * DAY_MS)
    expect((await world.sign(agent, PAY)).status).toBe(403)
  })

  it('show what is left next to the list, and nothing where there is no limit', async ({ anvil, world, calls: { update } }) => {
    const left = async (agent: SigningAgent) =>
      (await ok(world.call('GET', `/v1/agents/${agent.id}/transactions?include=details`, { token: agent.key }))).body
        .remaining_daily_allowance_eth
    const agent = await world.signingAgent(anvil, { tx_daily_limit_eth: '0.15' })
    expect(await left(agent)).toBe('0.15')
    await ok(world.sign(agent, PAY))
    expect(await left(agent)).toBe('0.04979')
    await update(agent, { tx_daily_limit_eth: '0.1' })
    expect(await left(agent)).toBe('0')
    await update(agent, { tx_daily_limit_eth: '1' })
    world.advance(DAY_MS - 60_000)
    expect(await left(agent)).toBe('0.89979')
    world.advance(60_000)
    // A day later the signature can still be sent, so it still counts.
    expect(await left(agent)).toBe('0.89979')
    world.advance(-DAY_MS)
    expect(await left(agent)).toBe('0.89979')
    expect(await left(await world.signingAgent(anvil))).toBeUndefined()
  })

  it('settle a reservation at its actual cost, and release what was not sent', async ({
    anvil,
    world,
    calls: { spentToday },
  }) => {
    const agent = await world.signingAgent(anvil, { tx_daily_limit_eth: '1' })
    const sent = (await ok(world.submit(agent, PAY))).body
    expect(sent.remaining_daily_allowance_eth).toBe('0.89979')
    await until(async () => (await world.transaction(agent, sent.id)).chain_status === 'mined', 'it is mined')
    const spent = Number(await spentToday(agent))
    expect(spent).toBeGreaterThan(0.1)
    expect(spent).toBeLessThan(0.10021)

    const poor = await world.signingAgent(anvil, { tx_daily_limit_eth: '1' }, ETHER / 20n)
    const refused = (await ok(world.submit(poor, PAY))).body
    expect(refused).toMatchObject({
      status: 'failed',
      error_message: expect.stringMatching(/^The chain refused it: Insufficient funds/i),
    })
    // If it was returned, it could be sent past the limit once the account has funds.
    expect(refused).not.toHaveProperty('signed_tx')
    expect((await world.transaction(poor, refused.id, '?include_signed_tx=true')).signed_tx).toBeUndefined()
    expect(await spentToday(poor)).toBe('0')
    const next = (await ok(world.sign(poor, { ...PAY, value: '0.01' }))).body
    expect(next).toMatchObject({ nonce: 0, remaining_daily_allowance_eth: '0.98979' })
  })

  it('allow exactly what fits, however it is requested', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil, { tx_sign_any_nonce: true, tx_daily_limit_eth: '1.0021' })
    const asks = [world.submit, world.sign, (by: SigningAgent, body: object) => world.bundle(by, [body])]
    const replies = await Promise.all(Array.from({ length: 100 }, (_, index) => asks[index % 3]?.(agent, PAY)))
    const signed = replies.filter(reply => reply?.body.tx_hash !== undefined)
    expect(signed).toHaveLength(10)
    expect(new Set(replies.map(reply => reply?.status))).toEqual(new Set([200, 201, 403]))
    expect(signed.map(reply => reply?.body.nonce).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await world.sign(agent, { ...PAY, value: '0' })).status).toBe(403)
  })

  it('can refuse unlimited approvals, hidden or not', async ({ anvil, world, calls: { update } }) => {
    const token = await deploy(anvil, TOKEN)
    const agent = await world.signingAgent(anvil, { tx_sign_any_nonce: true, tx_block_unlimited_approvals: true })
    await send(anvil, token, call('mint', agent.address, 5n))
    const approval = call('approve', SOMEBODY, 2n ** 256n - 1n)
    const hidden = `0xac9650d8${'20'.padStart(64, '0')}${'1'.padStart(64, '0')}${approval.slice(2)}`
    for (const data of [approval, hidden]) {
      const { status, body } = await world.sign(agent, { ...PAY, value: '0', to: token, data, gas_limit: 100_000 })
      expect([status, body.detail]).toEqual([403, expect.stringContaining('tx_block_unlimited_approvals')])
    }
    const modest = { ...PAY, value: '0', to: token, data: call('approve', SOMEBODY, 5n), gas_limit: 100_000 }
    expect((await world.sign(agent, modest)).status).toBe(200)
    await update(agent, { tx_block_unlimited_approvals: false })
    expect((await world.sign(agent, { ...modest, data: approval })).status).toBe(200)
  })
})
