import { describe, expect, it } from 'vitest'
import { bar } from '../../src/cli/output/views/billing.ts'
import { CLI_HINTS } from '../../src/cli/session/hints.ts'
import type { Reply } from '../../src/client/client.ts'
import { problemOfReply } from '../../src/problem.ts'
import { fakeWorld, type Replies, SIGNED_IN, USER_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const PLAN: Reply<'billing.subscription'> = {
  tier: 'free',
  status: 'active',
  credit_balance_cents: 250,
  credit_balance_usd: '2.50',
  overage_method: 'credits',
  near_limit: ['requests'],
  usage: {
    requests: { used: 900, limit: 1000 },
    secrets: { used: 0, limit: 50 },
    agents: { used: 1, limit: 2 },
    vaults: { used: 3, limit: 3 },
    team_members: { used: 1 },
    intent_transactions: { used: 0 },
    shares: { used: 0 },
  },
}
const EMPTY: Reply<'billing.breakdown'> = { month: '2026-11', limited: false, days: [], principals: [], routes: [] }

const replies: Replies = {
  'billing.subscription': () => PLAN,
  'billing.breakdown': () => EMPTY,
  'billing.history': () => ({ events: [] }),
  'billing.balance': () => ({ balance_cents: 250, balance_usd: '2.50', expiring_within_90_days: { amount_cents: 0 } }),
  'billing.ledger': () => ({ transactions: [], page: 1, limit: 50 }),
  'billing.topup': () => ({ checkout_url: 'https://pay.example/1' }),
  'billing.subscribe': () => ({ checkout_url: 'https://pay.example/2' }),
  'billing.portal': () => ({ portal_url: 'https://pay.example/3' }),
  'billing.set-overage': () => ({ overage_method: 'x402' }),
  'admin.reset-usage': () => ({ deleted_events: 7 }),
  'admin.reset-usage-of-user': () => {
    return { deleted_events: 2, org_id: USER_ID, user_id: USER_ID, email: 'ada@example.com', display_name: '' }
  },
}
const worldOf = () => fakeWorld({ env: SIGNED_IN, replies })

describe('billing', () => {
  it.each([
    ['billing status', 'billing.subscription', undefined],
    ['billing usage --by route --month 2026-11', 'billing.breakdown', { query: { month: '2026-11' } }],
    ['billing history --limit 5', 'billing.history', { query: { limit: 5 } }],
    ['billing credits', 'billing.balance', undefined],
    ['billing ledger --page 2', 'billing.ledger', { query: { page: 2, limit: 50 } }],
    ['billing topup 25', 'billing.topup', { body: { amount_usd: 25 } }],
    [
      'billing subscribe pro --yearly --no-trial',
      'billing.subscribe',
      { body: { tier: 'pro', interval: 'yearly', trial: false } },
    ],
    ['billing portal', 'billing.portal', undefined],
    ['billing overage x402', 'billing.set-overage', { body: { method: 'x402' } }],
    ['admin usage reset --yes', 'admin.reset-usage', undefined],
    ['admin usage reset --email ada@example.com --yes', 'admin.reset-usage-of-user', { body: { email: 'ada@example.com' } }],
  ])('%s', async (words, id, input) => {
    const world = worldOf()
    await runCommand(world.context, ...words.split(' '))
    expect(world.exitCode()).toBe(0)
    expect(world.asked.at(-1)).toMatchObject({ id, ...(input && { input }) })
  })

  it.each([['billing topup 4'], ['billing topup 1001'], ['billing subscribe gold'], ['admin usage reset']])(
    'refuses without a request: %s',
    async words => {
      const world = worldOf()
      await runCommand(world.context, ...words.split(' '))
      expect(world.exitCode()).toBe(2)
      expect(world.asked).toEqual([])
    },
  )

  it('draws a bar for each meter that has a limit', () => {
    expect(bar({ used: 900, limit: 1000 })).toBe('██████████████████░░')
    expect(bar({ used: 1, limit: 1000 })).toBe('█░░░░░░░░░░░░░░░░░░░')
    expect(bar({ used: 5000, limit: 1000 })).toBe('█'.repeat(20))
    expect(bar({ used: 5 })).toBe('')
  })

  it('explains what ran out and how to continue, for a problem and for an x402 offer', () => {
    const limit = {
      type: 'resource_limit_exceeded',
      title: 'Resource Limit Exceeded',
      status: 403,
      detail: 'Vault limit reached',
    }
    expect(problemOfReply(403, limit, { hints: CLI_HINTS.problems })).toMatchObject({
      code: 'resource.limit',
      extras: { hint: expect.stringContaining('billing') },
    })
    const offer = { x402Version: 1, error: 'X-PAYMENT header is required', accepts: [], description: 'Used up until 2026-12-01.' }
    expect(problemOfReply(402, offer, { hints: CLI_HINTS.problems })).toMatchObject({
      code: 'payment.required',
      message: 'Used up until 2026-12-01.',
      exitCode: 8,
      extras: { hint: expect.stringContaining('1claw billing topup') },
    })
  })
})
