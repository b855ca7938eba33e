import { describe, expect, it } from 'vitest'
import { reservedIn } from '../../../../../../server/console/pages/agents/week/reserved.ts'

const NOW = Date.parse('2026-03-02T10:00:00Z')
const sent = (more: object = {}) => ({
  status: 'broadcast' as const,
  created_at: '2026-03-02T09:00:00Z',
  value_wei: '500000000000000000',
  gas_limit: 100_000,
  max_fee_per_gas: '1000000000000',
  ...more,
})

describe('what transactions have reserved', () => {
  it('is their value and the highest fee', () => {
    expect(
      reservedIn([sent(), sent({ status: 'sign_only', max_fee_per_gas: undefined, gas_price: '2000000000000' })], NOW),
    ).toBeCloseTo(1.3)
    expect(reservedIn([], NOW)).toBe(0)
  })

  it('is nothing for those that are mined, failed, or older than a day', () => {
    const over = [
      { chain_status: 'mined' },
      { chain_status: 'replaced' },
      { status: 'failed' },
      { status: 'simulation_failed' },
      { created_at: '2026-03-01T09:59:59Z' },
    ]
    expect(reservedIn(over.map(sent), NOW)).toBe(0)
    expect(reservedIn([sent({ chain_status: 'pending' })], NOW)).toBeCloseTo(0.6)
  })
})
