import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { call, deploy, FAILING } from '../../support/contracts.ts'
import { anvilOf, cases, chainTestsOn } from '../../support/fixtures.ts'
import { type Mischief, startRpcProxy } from '../../support/rpc-proxy.ts'
import { ok } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = 'test-31343'
const PAY = { to: SOMEBODY, value: '0.01', chain: CHAIN }

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_343 }))
  .extend('proxy', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
    const proxy = await startRpcProxy(anvil)
    onCleanup(() => proxy.close())
    return proxy
  })
  .extend('chains', { scope: 'file' }, ({ proxy }) => [proxy])
  .extend('scene', { scope: 'file', auto: true }, async ({ world, anvil }) => {
    const agent = await world.signingAgent(anvil)
    return { agent }
  })
  .extend('calls', ({ world, anvil, proxy, scene: { agent } }) => {
    /** Nothing was signed and no nonce lost: the next transaction gets the lowest. */
    async function expectNothingTaken(): Promise<void> {
      expect((await world.transactions(agent)).filter(each => each.tx_hash !== undefined)).toEqual([])
      expect(await anvil.rpc('eth_getTransactionCount', agent.address, 'pending')).toBe('0x0')
    }
    /** The same chain with another name, so nothing about its node is cached. */
    async function otherChain(rule: (method: string) => Mischief): Promise<string> {
      proxy.behave(rule)
      const { chains } = (await ok(world.call('GET', '/v1/admin/chains', { token: world.owner.token }))).body
      const { id } = chains.find((each: { chain_id: number }) => each.chain_id === 31_343)
      await ok(
        world.call('PUT', `/v1/admin/chains/${id}`, {
          token: world.owner.token,
          body: { rpc_url: `${proxy.url}/${randomUUID()}` },
        }),
      )
      return CHAIN
    }
    return { expectNothingTaken, otherChain }
  })

describe('the server refuses to sign', () => {
  it.for(
    cases([
      ['to', 'vitalik.eth'],
      ['to', '0x'],
      ['to', ''],
      ['to', '0x1234'],
      ['to', SOMEBODY.slice(2)],
      ['to', `${SOMEBODY}0`],
      ['to', SOMEBODY.replace('C', 'c')],
      ['to', `0X${SOMEBODY.slice(2)}`],
      ['to', undefined],
      ['to', null],
      ['value', '1e18'],
      ['value', '0x1'],
      ['value', '-1'],
      ['value', '+1'],
      ['value', ' 1'],
      ['value', '1,5'],
      ['value', '.5'],
      ['value', '1.'],
      ['value', ''],
      ['value', 'NaN'],
      ['value', '0.1234567890123456789'],
      ['value', `${2n ** 256n}`],
      ['value', '9'.repeat(79)],
      ['value', 1],
      ['value', undefined],
      ['chain', 'nowhere'],
      ['chain', ''],
      ['chain', '31344'],
      ['chain', '031343'],
      ['chain', undefined],
      ['data', '0x1'],
      ['data', '12'],
      ['data', '0xzz'],
      ['data', `0x${'00'.repeat(131_073)}`],
      ['nonce', -1],
      ['nonce', 1.5],
      ['nonce', '0'],
      ['gas_limit', 20_999],
      ['gas_limit', '21000'],
      ['gas_price', '1.5'],
      ['gas_price', '-1'],
      ['max_fee_per_gas', '0x1'],
      ['signing_key_path', 'prod/db/password'],
      ['signing_key_path', 'keys/a/b'],
      ['signing_key_path', 'keys'],
      ['signing_key_path', '../keys/x'],
      ['signing_key_path', 'agents/00000000-0000-4000-8000-000000000000/keys/x'],
      ['mode', 'smart_account'],
    ]),
  )('a transaction whose %s is %j', async ([field, value], { world, scene: { agent }, calls: { expectNothingTaken } }) => {
    for (const way of [world.submit, world.sign]) {
      if (field === 'mode' && way === world.sign) continue
      const reply = await way(agent, { ...PAY, [field]: value })
      expect(reply.status).toBe(400)
      expect(Object.keys(reply.body.fields)).toEqual([field === 'to' && value === null ? 'data' : field])
    }
    await expectNothingTaken()
  })

  it('a transaction whose fees contradict each other', async ({ world, scene: { agent } }) => {
    const both = await world.sign(agent, { ...PAY, gas_price: '1', max_fee_per_gas: '1' })
    expect([both.status, Object.keys(both.body.fields)]).toEqual([400, ['gas_price']])
    const tip = await world.sign(agent, { ...PAY, max_fee_per_gas: '1', max_priority_fee_per_gas: '2' })
    expect([tip.status, Object.keys(tip.body.fields)]).toEqual([400, ['max_priority_fee_per_gas']])
  })

  it('a transaction that would revert or cannot be paid for', async ({
    world,
    anvil,
    scene: { agent },
    calls: { expectNothingTaken },
  }) => {
    const failing = await deploy(anvil, FAILING)
    const revert = await world.submit(agent, { ...PAY, value: '0', to: failing, data: call('text') })
    expect([revert.status, revert.body.detail]).toEqual([422, expect.stringContaining('execution reverted: not today')])
    const poor = await world.submit(agent, { ...PAY, value: '1000' })
    expect(poor.status).toBe(422)
    expect(poor.body.detail).toMatch(/insufficient funds/i)
    await expectNothingTaken()
  })

  it('a transaction with a used nonce', async ({ world, anvil }) => {
    const other = await world.signingAgent(anvil)
    await ok(world.submit(other, PAY))
    const reply = await world.submit(other, { ...PAY, nonce: 0 })
    expect([reply.status, reply.body.detail]).toEqual([409, expect.stringContaining('Nonce 0')])
  })

  it.for<[string, (method: string) => Mischief, RegExp]>([
    ['lies about its chain id', method => (method === 'eth_chainId' ? { result: '0x1' } : 'pass'), /chain id 1\./],
    ['has no chain id', method => (method === 'eth_chainId' ? { result: 'mainnet' } : 'pass'), /no chain id/],
    ['cuts the connection', () => 'drop', /no connection/],
    ['answers garbage', () => ({ status: 200, text: '<html>' }), /not JSON-RPC/],
    ['answers another call', () => ({ status: 200, text: '{"jsonrpc":"2.0","id":0,"result":"0x7a6f"}' }), /not JSON-RPC/],
    ['is broken', () => ({ status: 500, text: '{}' }), /HTTP status 500/],
    ['is overloaded', () => ({ error: { code: -32_005, message: 'limit exceeded' } }), /overloaded/],
    ['redirects', () => ({ status: 307, text: '', headers: { location: 'http://127.0.0.1:1/' } }), /HTTP status 307/],
    [
      'answers a block that is none',
      method => (method === 'eth_getBlockByNumber' ? { result: 'x' } : 'pass'),
      /something other than a block/,
    ],
    [
      'counts strangely',
      method => (method === 'eth_getTransactionCount' ? { result: -1 } : 'pass'),
      /something other than a transaction count/,
    ],
    [
      'estimates strangely',
      method => (method === 'eth_estimateGas' ? { result: {} } : 'pass'),
      /something other than an amount of gas/,
    ],
    [
      'asks too much',
      method => (method === 'eth_maxPriorityFeePerGas' ? { result: `0x${'f'.repeat(64)}` } : 'pass'),
      /no transaction can carry/,
    ],
    ['is endless', () => ({ status: 200, text: 'x'.repeat(9 * 1024 * 1024) }), /no connection/],
  ])(
    'is a transaction for a chain whose node %s',
    async ([_, rule, reason], { world, scene: { agent }, calls: { expectNothingTaken, otherChain } }) => {
      const fresh = await otherChain(rule)
      const reply = await world.submit(agent, { ...PAY, chain: fresh })
      expect([reply.status, reply.body.detail]).toEqual([502, expect.stringMatching(reason)])
      await expectNothingTaken()
    },
  )

  it('only after asking the next node when one does not answer', async ({ world, anvil, proxy, calls: { otherChain } }) => {
    await otherChain(() => 'pass')
    const { chains } = (await ok(world.call('GET', '/v1/admin/chains', { token: world.owner.token }))).body
    const { id } = chains.find((each: { chain_id: number }) => each.chain_id === 31_343)
    const rpc_url = `http://127.0.0.1:1, ${proxy.url}/wrong\n${anvil.url}`
    proxy.behave(method => (method === 'eth_chainId' ? { result: '0x1' } : 'pass'))
    await ok(world.call('PUT', `/v1/admin/chains/${id}`, { token: world.owner.token, body: { rpc_url } }))
    const other = await world.signingAgent(anvil)
    expect((await ok(world.submit(other, PAY))).body.status).toBe('broadcast')
  })

  it('anything for a chain without a node', async ({ world, scene: { agent } }) => {
    const body = { name: 'lonely', display_name: 'Lonely', chain_id: 99_999_999 }
    await ok(world.call('POST', '/v1/admin/chains', { token: world.owner.token, body }))
    const reply = await world.submit(agent, { ...PAY, chain: 'lonely', signing_key_path: agent.keyPath })
    expect([reply.status, reply.body.detail]).toEqual([502, expect.stringContaining('it has no RPC URL')])
  })

  it('in time when a node is slow', { timeout: 40_000 }, async ({ world, proxy, scene: { agent }, calls: { otherChain } }) => {
    await otherChain(() => 'hang')
    const timed = async () => {
      const began = Date.now()
      const reply = await world.submit(agent, PAY)
      expect([reply.status, reply.body.detail]).toEqual([502, expect.stringContaining('no answer in time')])
      return Date.now() - began
    }
    const byDefault = await timed()
    expect(byDefault).toBeGreaterThan(5000)
    expect(byDefault).toBeLessThan(15_000)
    const { chains } = (await ok(world.call('GET', '/v1/admin/chains', { token: world.owner.token }))).body
    const { id } = chains.find((each: { chain_id: number }) => each.chain_id === 31_343)
    await ok(world.call('PUT', `/v1/admin/chains/${id}`, { token: world.owner.token, body: { rpc_timeout_ms: 200 } }))
    expect(await timed()).toBeLessThan(byDefault)
    proxy.behave(() => 'pass')
  })
})
