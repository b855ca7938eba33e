import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import type { TestAgent } from '../../support/world.ts'

const KEY = `0x${'a7'.repeat(32)}`

describe.each(onEngines(testsOn))('a signing key that was first stored without its type, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner, vaultId }) => {
    async function reader(more: object): Promise<TestAgent> {
      const agent = await world.agent(owner, more)
      await world.policy(owner, vaultId, agent, '**', ['read'])
      return agent
    }
    const read = async ({ token }: { token: string }, path: string, version: number) =>
      (await world.call('GET', `/v1/vaults/${vaultId}/secret-version/${path}/${version}`, { token })).status
    return { reader, read }
  })
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'wallet', 'not a key yet', { type: 'generic' })
    await world.put(owner, vaultId, 'wallet', KEY, { type: 'generic' })
    await world.put(owner, vaultId, 'wallet', KEY, { type: 'private_key' })
    await world.put(owner, vaultId, 'plain', 'old', { type: 'generic' })
    await world.put(owner, vaultId, 'plain', 'new', { type: 'generic' })
  })

  it('is not shown, in any version, to an agent that signs with it', async ({ calls: { reader, read } }) => {
    const agent = await reader({ intents_api_enabled: true })
    expect([await read(agent, 'wallet', 1), await read(agent, 'wallet', 2), await read(agent, 'wallet', 3)]).toEqual([
      403, 403, 403,
    ])
    expect([await read(agent, 'plain', 1), await read(agent, 'plain', 2)]).toEqual([200, 200])
  })

  it('is still shown to people and to agents that do not sign', async ({ owner, calls: { reader, read } }) => {
    expect([await read(owner, 'wallet', 2), await read(await reader({}), 'wallet', 2)]).toEqual([200, 200])
  })
})
