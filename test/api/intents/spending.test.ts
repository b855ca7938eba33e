import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import type { TransactionRow } from '../../../server/stores/intents/transaction-rows.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { blank } from '../../support/stored-transaction.ts'
import { ok, type TestAgent } from '../../support/world.ts'

const DAY_MS = 86_400_000
const ETHER = 10n ** 18n

interface Spending {
  readonly from: string
  readonly to: string
  readonly next_cursor?: string
  readonly agents: readonly {
    readonly agent_id: string
    readonly value_eth: string
    readonly spent_24h_eth: string
    readonly reserved_24h_eth: string
    readonly days: readonly { readonly day: string; readonly value_eth: string; readonly transactions: number }[]
  }[]
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('calls', { scope: 'file' }, ({ world, owner }) => {
      const seqs = new Map<string, number>()
      const agentOf = (fields: object = {}) => world.agent(owner, { intents_api_enabled: true, ...fields })
      /** Stores transactions without a chain. */
      const store = (agent: Pick<TestAgent, 'id'>, ...rows: readonly Partial<TransactionRow>[]) =>
        world.server.database.run(async ({ intents }) => {
          for (const row of rows) {
            const seq = (seqs.get(agent.id) ?? 0) + 1
            seqs.set(agent.id, seq)
            await intents.add({
              ...blank,
              id: randomUUID(),
              seq,
              org_id: owner.orgId,
              agent_id: agent.id,
              status: 'broadcast',
              ...row,
            })
          }
        })
      const ask = (query = '', token = owner.token) => world.call('GET', `/v1/agents/spending${query}`, { token })
      const spending = async (query = '', token = owner.token): Promise<Spending> => (await ok(ask(query, token))).body
      return { agentOf, store, ask, spending }
    })
    .extend('now', { scope: 'file' }, ({ world }) => world.now()),
)

describe.each(engines)('the spending of agents on $engine', ({ it }) => {
  it('is summed up exactly, by day, without what failed', async ({ now, calls: { agentOf, store, spending } }) => {
    const agent = await agentOf()
    const today = Math.floor(now / DAY_MS) * DAY_MS
    // The largest amount of a transaction has 78 digits.
    const most = 2n ** 256n - 1n
    await store(
      agent,
      { created_at: today, value_wei: String(most) },
      { created_at: today, value_wei: '1' },
      { created_at: today, value_wei: '999999999' },
      { created_at: today, value_wei: '1000000000', status: 'sign_only' },
      { created_at: today - 1, value_wei: String(ETHER / 4n), status: 'pending' },
      { created_at: today - 1, value_wei: String(ETHER), status: 'failed' },
      { created_at: today - 1, value_wei: String(ETHER), status: 'simulation_failed' },
      { created_at: today - 13 * DAY_MS, value_wei: '0', status: 'signed' },
      { created_at: today - 13 * DAY_MS - 1, value_wei: String(ETHER) },
    )
    const ofToday = most + 1n + 999_999_999n + 1_000_000_000n
    const digits = String(ofToday)
    const reply = await spending(`?agent_id=${agent.id}`)
    expect(reply).toMatchObject({ from: dayOf(today - 13 * DAY_MS), to: dayOf(today) })
    expect(reply.agents.map(({ days }) => days)).toEqual([
      [
        { day: dayOf(today - 13 * DAY_MS), value_eth: '0', transactions: 1 },
        { day: dayOf(today - DAY_MS), value_eth: '0.25', transactions: 1 },
        { day: dayOf(today), value_eth: `${digits.slice(0, -18)}.${digits.slice(-18)}`, transactions: 4 },
      ],
    ])
    const total = String(ofToday + ETHER / 4n)
    expect(reply.agents[0]?.value_eth).toBe(`${total.slice(0, -18)}.${total.slice(-18)}`)
    const before = dayOf(today - 14 * DAY_MS)
    expect((await spending(`?agent_id=${agent.id}&from=${before}&to=${before}`)).agents).toMatchObject([
      { days: [{ day: before, value_eth: '1', transactions: 1 }] },
    ])
  })

  it('names what counts against the limit, and what is reserved of it', async ({ now, calls: { agentOf, store, spending } }) => {
    const agent = await agentOf()
    const hour = 3_600_000
    const counted = { value_wei: '0', created_at: now - hour }
    await store(
      agent,
      { ...counted, counted_wei: String(ETHER), chain_status: 'mined' },
      { ...counted, counted_wei: String(2n * ETHER), chain_status: 'pending' },
      { ...counted, counted_wei: String(4n * ETHER), status: 'sign_only' },
      // A reverted transaction costs its fee.
      { ...counted, counted_wei: String(ETHER / 2n), status: 'failed', chain_status: 'reverted' },
      { ...counted, created_at: now - 25 * hour, counted_wei: String(8n * ETHER), chain_status: 'mined' },
      // It can still be mined.
      {
        ...counted,
        created_at: now - 25 * hour,
        counted_wei: String(16n * ETHER),
        status: 'sign_only',
        tx_hash: '0x1',
        due_at: now + hour,
      },
    )
    const [found] = (await spending(`?agent_id=${agent.id}`)).agents
    expect(found).toMatchObject({ spent_24h_eth: '23.5', reserved_24h_eth: '22' })
  })

  it('is shown to those who may see the transactions', async ({
    world,
    owner,
    now,
    calls: { agentOf, store, ask, spending },
  }) => {
    const [agent, other] = [await agentOf(), await agentOf()]
    const creator = await world.colleague(owner)
    const stranger = await world.colleague(owner)
    const outsider = await world.signUp()
    await world.server.database.run(stores =>
      stores.agents.update(owner.orgId, agent.id, { created_by: creator.id }, { endTokens: false }),
    )
    for (const each of [agent, other]) await store(each, { created_at: now, value_wei: '1' })
    const seenBy = async (token: string) => (await spending('', token)).agents.map(({ agent_id }) => agent_id)
    expect(await seenBy(owner.token)).toEqual(expect.arrayContaining([agent.id, other.id]))
    expect(await seenBy(creator.token)).toEqual([agent.id])
    expect(await seenBy(agent.token)).toEqual([agent.id])
    expect(await seenBy(stranger.token)).toEqual([])
    expect(await seenBy(outsider.token)).toEqual([])
    const status = async (token: string) => (await ask(`?agent_id=${agent.id}`, token)).status
    const askers = [owner.token, creator.token, agent.token, stranger.token, other.token, outsider.token, '']
    expect(await Promise.all(askers.map(status))).toEqual([200, 200, 200, 403, 403, 404, 401])
    const without = await world.agent(owner)
    expect((await ask('', without.token)).status).toBe(403)
  })

  it('has pages of agents', async ({ now, calls: { agentOf, store, spending } }) => {
    for (let made = 0; made < 3; made++) await store(await agentOf(), { created_at: now, value_wei: '1' })
    await agentOf()
    const all = (await spending()).agents
    expect(all.length).toBeGreaterThanOrEqual(3)
    expect(all.map(({ agent_id }) => agent_id)).toEqual(all.map(({ agent_id }) => agent_id).toSorted())
    const paged: Spending['agents'][number][] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Spending = await spending(`?limit=2${cursor && `&cursor=${cursor}`}`)
      expect(page.agents.length).toBeLessThanOrEqual(2)
      paged.push(...page.agents)
      cursor = page.next_cursor
    }
    expect(paged).toEqual(all)
  })

  it('has the transactions of a day', async ({ world, owner, now, calls: { agentOf, store } }) => {
    const agent = await agentOf()
    const today = Math.floor(now / DAY_MS) * DAY_MS
    await store(
      agent,
      { created_at: today - 1 },
      { created_at: today, status: 'failed' },
      { created_at: today + DAY_MS - 1 },
      { created_at: today + DAY_MS },
    )
    const list = async (query: string) => {
      const reply = await world.call('GET', `/v1/agents/${agent.id}/transactions?${query}`, { token: owner.token })
      return { status: reply.status, ...reply.body }
    }
    const times = ({ transactions }: { transactions: { created_at: string }[] }) =>
      transactions.map(({ created_at }) => Date.parse(created_at) - today)
    expect(times(await list(`day=${dayOf(today)}`))).toEqual([DAY_MS - 1, 0])
    expect(times(await list(`day=${dayOf(today)}&status=failed`))).toEqual([0])
    const first = await list(`day=${dayOf(today)}&limit=1`)
    expect(times(first)).toEqual([DAY_MS - 1])
    expect(times(await list(`day=${dayOf(today)}&limit=1&cursor=${first.next_cursor}`))).toEqual([0])
    expect(times(await list(''))).toHaveLength(4)
    expect((await list('day=2026-02-31x')).status).toBe(400)
    expect((await list('day=2026-13-01')).status).toBe(400)
  })

  it.for([
    'from=2026-13-01',
    'from=2026-02-31',
    'from=2026-03-02&to=2026-03-01',
    'from=2026-01-01&to=2026-04-01',
    'limit=201',
    'cursor=x',
    'day=1',
    'agent_id=x',
  ])('refuses %s', async (query, { calls: { ask } }) => expect((await ask(`?${query}`)).status).toBe(400))
})
