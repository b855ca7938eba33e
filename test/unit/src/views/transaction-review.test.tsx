import { describe, expect, it } from 'vitest'
import { type Simulated, transactionReview } from '../../../../src/views/transaction-review.tsx'

const OWN = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const simulation: Simulated = {
  chain: 'base',
  from: OWN,
  status: 'success',
  summary: { text: 'Send 0.5 ETH to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8.' },
  gas_used: 21_000,
  balance_changes: [{ address: OWN, token_symbol: 'ETH', before: '1', after: '0.5', change: '-0.5' }],
  guardrails: { allowed: true, remaining_daily_allowance_eth: '0.9' },
}
const drawn = (simulations: readonly Simulated[], width = 100) => transactionReview({ simulations, colour: false, width })

describe('the review of a transaction', () => {
  it('shows the transaction, its changes and what is left', () => {
    const text = drawn([simulation])
    expect(text).toContain('Send 0.5 ETH to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8.')
    expect(text).toContain('It would succeed, using 21000 gas.')
    expect(text).toContain(`${OWN} -0.5 ETH  (1 → 0.5)`)
    expect(text).toContain('The guardrails allow it.')
    expect(text).toContain('Left of the daily allowance: 0.9')
    expect(text).toContain(`On base, signed by ${OWN}`)
    expect(text).not.toContain('\u001b[')
  })

  it('fits a terminal of 80 columns', () => {
    const change = { address: OWN, token_symbol: 'ETH', before: '10000.123456789012345678', after: '9999.1', change: '-1.023456' }
    const lines = drawn([{ ...simulation, balance_changes: [change] }], 80).split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBe(80)
    expect(lines.some(line => line.includes('    -1.023456 ETH  (10000.123456789012345678 → 9999.1)'))).toBe(true)
  })

  it('warns of a failure, a refusal or an unlimited approval', () => {
    const bad: Simulated = {
      ...simulation,
      status: 'reverted',
      summary: { text: 'Let 0x… spend an unlimited amount of TST.', unlimited_approval: true },
      error_human_readable: 'It would revert: not today.',
      guardrails: { allowed: false, reason: 'tx_daily_limit_eth: too much' },
    }
    const text = drawn([simulation, bad])
    for (const part of ['It would revert: not today.', 'without a limit', 'Refused by tx_daily_limit_eth: too much'])
      expect(text).toContain(part)
  })

  it('is not controlled by the name of a token', () => {
    const symbol = '\u001b[2JUSDC\u202e\n'
    const change = { address: OWN, token: OWN, token_symbol: symbol, change: '+1' }
    const text = drawn([{ ...simulation, balance_changes: [change] }])
    expect(text).toContain('+1 ?[2JUSDC??')
    expect(text).toContain(`of the token ${OWN}`)
    expect(text).not.toContain('\u001b')
  })
})
