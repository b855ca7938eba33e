import { describe, expect, it } from 'vitest'
import { TRANSACTION_STATUSES as SPOKEN } from '../../src/cli/input/vocabulary.ts'
import { nativeUnits } from '../../src/cli/output/views/intents.ts'
import { TRANSACTION_STATUSES } from '../../src/contract/intents/transactions.ts'
import { Problem } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, SERVER } from '../support/fake-context.ts'
import { transaction } from '../support/fake-transactions.ts'
import { runCommand } from '../support/run-command.ts'

const AS_AGENT = { ONECLAW_API_URL: SERVER, ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: AGENT_ID }

describe('intents list', () => {
  it('prints new and changed transactions with --watch, one line each', async () => {
    const first = { ...transaction, chain_status: 'pending' as const }
    const second = { ...first, id: AGENT_ID }
    const looks = [[first], [first], [second, { ...first, chain_status: 'mined' as const }]]
    let look = 0
    const world = fakeWorld({ env: AS_AGENT, replies: { 'intents.list': () => ({ transactions: looks[look++] ?? [] }) } })
    const context = {
      ...world.context,
      async sleep() {
        if (look === looks.length) throw new Problem('cancelled')
      },
    }
    await runCommand(context, 'intents', 'list', '--watch', '--json', '--status', 'broadcast')
    const told = world
      .stdout()
      .trim()
      .split('\n')
      .slice(0, 3)
      .map(line => JSON.parse(line))
    expect(told.map(each => [each.id, each.chain_status])).toEqual([
      [first.id, 'pending'],
      [first.id, 'mined'],
      [second.id, 'pending'],
    ])
    expect(world.asked[0]?.input).toMatchObject({ query: { status: 'broadcast' } })
  })

  it('prints lines for people with --watch', async () => {
    const failed = { ...transaction, status: 'failed' as const, error_message: 'The chain refused it: \u001b[2J' }
    const world = fakeWorld({ env: AS_AGENT, replies: { 'intents.list': () => ({ transactions: [failed, transaction] }) } })
    const context = {
      ...world.context,
      async sleep() {
        throw new Problem('cancelled')
      },
    }
    await runCommand(context, 'intents', 'list', '--watch')
    const [first, second, rest] = world.stdout().split('\n')
    expect(first).toMatch(/^\d\d:\d\d:\d\d {2}broadcast {10}base #4 {2}Send 0\.5 ETH to 0x7099.+\.$/)
    expect(second).toMatch(/ {2}failed {13}base #4 {2}Send 0\.5 ETH .+ The chain refused it: \\u001b\[2J$/)
    expect(rest).toBe('')
  })

  it('shows amounts in whole units, and what the chain says', async () => {
    const world = fakeWorld({
      env: AS_AGENT,
      replies: { 'intents.list': () => ({ transactions: [{ ...transaction, chain_status: 'mined' as const }] }) },
    })
    await runCommand(world.context, 'intents', 'list')
    expect(world.stdout()).toMatch(/base +4 +mined +0\.5 +Send 0\.5 ETH/)
  })
})

it('the command line knows the vocabulary of the contract', () => {
  expect(SPOKEN).toEqual(TRANSACTION_STATUSES)
})

it.each([
  ['0', '0'],
  ['1', '0.000000000000000001'],
  ['1500000000000000000', '1.5'],
  ['123000000000000000000', '123'],
])('%s wei are %s', (wei, units) => {
  expect(nativeUnits(wei)).toBe(units)
})
