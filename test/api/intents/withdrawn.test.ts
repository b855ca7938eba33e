import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { type SigningAgent, until } from '../../support/intents.ts'
import { rowsOf } from '../../support/rows.ts'
import { type Mischief, startRpcProxy } from '../../support/rpc-proxy.ts'
import { permitOf } from '../../support/typed-data.ts'
import { ok } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = 'test-31371'
const PAY = { to: SOMEBODY, value: '0.01', chain: CHAIN }
/** The chain is not asked. */
const OFFLINE = { ...PAY, gas_limit: 21_000, gas_price: '1000000000', nonce: 0 }
/** A token's answer. */
const BALANCE = { result: `0x${(10n ** 18n).toString(16).padStart(64, '0')}` }
const LIMITS = { tx_sign_any_nonce: true }

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_371 }))
    .extend('proxy', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
      const proxy = await startRpcProxy(anvil)
      onCleanup(() => proxy.close())
      return proxy
    })
    .extend('chains', { scope: 'file' }, ({ proxy }) => [proxy])
    .extend('calls', ({ proxy, world }) => {
      const { owner } = world
      const call = (method: string, path: string, body?: object) => ok(world.call(method, path, { token: owner.token, body }))
      const policyOf = async ({ vaultId }: SigningAgent): Promise<string> =>
        (await call('GET', `/v1/vaults/${vaultId}/policies`)).body.policies[0].id
      /** Ways to withdraw the use of a key. */
      const ways = {
        policy: async (agent: SigningAgent) => call('DELETE', `/v1/vaults/${agent.vaultId}/policies/${await policyOf(agent)}`),
        permission: async (agent: SigningAgent) =>
          call('PUT', `/v1/vaults/${agent.vaultId}/policies/${await policyOf(agent)}`, { permissions: ['write'] }),
        condition: async (agent: SigningAgent) =>
          call('PUT', `/v1/vaults/${agent.vaultId}/policies/${await policyOf(agent)}`, {
            permissions: ['read'],
            conditions: { ip_allowlist: ['192.0.2.1'] },
          }),
        vault: async ({ vaultId }: SigningAgent) => call('DELETE', `/v1/vaults/${vaultId}`),
        key: async ({ vaultId, keyPath }: SigningAgent) => call('DELETE', `/v1/vaults/${vaultId}/secrets/${keyPath}`),
        scopes: async ({ id }: SigningAgent) => call('PATCH', `/v1/agents/${id}`, { scopes: ['elsewhere/**'] }),
      }
      const isWaiting = async () => {
        if (world.server.database.figures().waiting > 0) return true
        if (world.server.database.engine === 'sqlite') return false
        const locks = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return (await rowsOf(world, locks)).length > 0
      }
      /** Withdraws it before the node answers the first call of a method. */
      const whileAsked = (asked: string, withdraw: () => Promise<unknown>, answer: Mischief = 'pass') => {
        let withdrawal: Promise<unknown> | undefined
        proxy.behave(async (method): Promise<Mischief> => {
          if (method !== asked) return 'pass'
          withdrawal ??= withdraw()
          await withdrawal
          return answer
        })
      }
      return { ways, isWaiting, whileAsked }
    }),
)

const WAYS = ['policy', 'permission', 'condition', 'vault', 'key', 'scopes'] as const

describe.each(engines)('a key that is withdrawn, on $engine', ({ it }) => {
  it.for(WAYS)(
    'while the chain is asked signs nothing: %s',
    async (way, { anvil, proxy, world, calls: { ways, whileAsked } }) => {
      const agent = await world.signingAgent(anvil, LIMITS)
      whileAsked('eth_estimateGas', () => ways[way](agent))
      const { status, body } = await world.sign(agent, PAY)
      proxy.behave(() => 'pass')
      expect([403, 409]).toContain(status)
      expect(body).not.toHaveProperty('signed_tx')
      expect(await rowsOf(world, `SELECT id FROM transactions WHERE agent_id = '${agent.id}'`)).toEqual([])
      expect(await rowsOf(world, `SELECT * FROM nonces WHERE address = '${agent.address}'`)).toEqual([])
    },
  )

  it('while transactions wait for their turn signs nothing, and the others are signed', async ({ anvil, world, calls }) => {
    const { database } = world.server
    const agents = await Promise.all(Array.from({ length: 6 }, () => world.signingAgent(anvil, LIMITS)))
    const isWithdrawn = (index: number) => index % 2 === 1
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const withdrawal = database.run(async stores => {
      for (const [index, { id, vaultId }] of agents.entries()) {
        await stores.intents.lockSpending(id, 0)
        const vault = { id: vaultId, orgId: world.owner.orgId }
        const policies = isWithdrawn(index) ? await stores.policies.inVault(vault) : []
        for (const policy of policies) await stores.policies.remove(vault, policy.id)
      }
      begun.resolve()
      await end.promise
    })
    await begun.promise
    const signing = agents.map(agent => world.sign(agent, OFFLINE))
    await until(calls.isWaiting, 'the transactions wait')
    end.resolve()
    await withdrawal
    const statuses = (await Promise.all(signing)).map(({ status }) => (status === 403 ? 409 : status))
    expect(statuses).toEqual(agents.map((_, index) => (isWithdrawn(index) ? 409 : 200)))
    for (const [index, { id }] of agents.entries()) {
      const rows = await rowsOf(world, `SELECT id FROM transactions WHERE agent_id = '${id}'`)
      expect(rows).toHaveLength(isWithdrawn(index) ? 0 : 1)
    }
  })

  it.for(['policy', 'scopes'] as const)(
    'while the token is asked signs no permit: %s',
    async (way, { anvil, proxy, world, calls: { ways, whileAsked } }) => {
      const agent = await world.signingAgent(anvil, {
        message_signing_enabled: true,
        tx_block_unlimited_approvals: true,
        eip712_default_policy: 'allow',
      })
      const at = { chainId: anvil.chainId, token: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }
      const typed_data = permitOf(at, { owner: agent.address, spender: SOMEBODY, value: '1' })
      const body = { intent_type: 'typed_data', chain: CHAIN, typed_data }
      const sign = () => world.call('POST', `/v1/agents/${agent.id}/sign`, { token: agent.token, body })
      proxy.behave(method => (method === 'eth_call' ? BALANCE : 'pass'))
      await ok(sign())
      whileAsked('eth_call', () => ways[way](agent), BALANCE)
      const reply = await sign()
      proxy.behave(() => 'pass')
      expect([403, 409]).toContain(reply.status)
      expect(reply.body).not.toHaveProperty('signature')
    },
  )
})
