import { describe, expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, type Replies, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const spent = { agent_id: AGENT_ID, value_eth: '12.250000000000000001', spent_24h_eth: '0.5', reserved_24h_eth: '0' }
const days = [
  { day: '2026-03-01', value_eth: '0.250000000000000001', transactions: 2 },
  { day: '2026-03-02', value_eth: '12', transactions: 1 },
]
const serverWith = (...agents: { days: typeof days }[]): Replies => ({
  'agents.spending': () => ({ from: '2026-03-01', to: '2026-03-14', agents: agents.map(each => ({ ...spent, ...each })) }),
})

async function cli(replies: Replies, ...words: string[]) {
  const world = fakeWorld({ env: SIGNED_IN, replies })
  await runCommand(world.context, 'agents', 'spending', ...words)
  return { out: world.stdout(), err: world.stderr(), asked: world.asked }
}

describe('agents spending', () => {
  it('prints a line for each agent and day, with exact amounts', async () => {
    const { out, asked } = await cli(serverWith({ days }), AGENT_ID, '--from', '2026-03-01', '--to', '2026-03-14')
    expect(out.split('\n').map(line => line.split(/ {2,}/))).toEqual([
      ['DAY', 'AGENT', 'VALUE', 'TRANSACTIONS'],
      ['2026-03-01', `agent ${AGENT_ID}`, '0.250000000000000001', '2'],
      ['2026-03-02', `agent ${AGENT_ID}`, '12', '1'],
      [''],
    ])
    expect(asked[0]?.input).toEqual({ query: { from: '2026-03-01', to: '2026-03-14', agent_id: AGENT_ID } })
  })

  it('prints the same for programs', async () => {
    const { out } = await cli(serverWith({ days }), '--json')
    expect(JSON.parse(out)).toEqual(days.map(day => ({ agent_id: AGENT_ID, ...day })))
  })

  it('says that nothing was sent', async () => {
    expect((await cli(serverWith())).err).toBe('Nothing was sent on these days.\n')
  })
})
