import { expect, it } from 'vitest'
import { unlimited, unlimitedWarning } from '../../../../../../../server/console/pages/agents/form/guardrails.ts'

const FULL = {
  intents_api_enabled: true,
  tx_allowed_chains: ['base'],
  tx_to_allowlist: ['0x1'],
  tx_max_value_eth: '0',
  tx_daily_limit_eth: '1',
}

it('the warnings name each missing limit, and treat an empty list as none', () => {
  expect(unlimited(FULL)).toEqual([])
  expect(unlimitedWarning(FULL)).toBeUndefined()
  expect(unlimited({ ...FULL, tx_allowed_chains: [] })).toEqual(['on any chain'])
  expect(unlimited({ intents_api_enabled: true })).toHaveLength(4)
  expect(unlimitedWarning({ ...FULL, tx_to_allowlist: [], tx_max_value_eth: undefined })).toBe(
    'This agent can sign transactions to any address and of any amount.',
  )
})

it('the warnings mention unreadable hashes, whatever else is limited', () => {
  const warning = 'This agent can sign raw hashes, which no limit can check.'
  expect(unlimitedWarning({ ...FULL, raw_signing_enabled: true })).toBe(warning)
  expect(unlimitedWarning({ ...FULL, tx_to_allowlist: [], raw_signing_enabled: true })).toMatch(
    /^This agent can sign transactions to any.*\. This/,
  )
})

it('there are no warnings for an agent that signs nothing', () => {
  expect(unlimited({ intents_api_enabled: false })).toEqual([])
  expect(unlimitedWarning({ intents_api_enabled: false, raw_signing_enabled: true })).toBeUndefined()
})
