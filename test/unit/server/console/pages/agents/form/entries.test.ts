import { describe, expect, it } from 'vitest'
import type { Agent } from '../../../../../../../server/console/pages/agents/agent.ts'
import { chainBox, faultsIn, fieldsIn, vaultBox } from '../../../../../../../server/console/pages/agents/form/entries.ts'
import { changed, fieldsOf, NO_FIELDS, stated } from '../../../../../../../server/console/pages/agents/form/fields.ts'

const AGENT: Agent = {
  id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  name: 'trader',
  auth_method: 'api_key',
  is_active: true,
  intents_api_enabled: true,
  tx_allowed_chains: ['8453'],
  tx_max_value_eth: '0.1',
  scopes: ['prod/**'],
  expires_at: '2030-05-06T01:02:03.000Z',
  shroud_enabled: false,
  created_at: '2026-01-01T00:00:00.000Z',
}
const NOW = new Date('2026-06-01T12:00:00Z')
const form = (entries: Record<string, string>) => (name: string) => entries[name] ?? ''
const choices = { vaults: [{ id: 'v1' }, { id: 'v2' }], chains: [{ identifier: '8453' }, { identifier: 'base' }] }

/** The form with the values of the agent. */
const FILLED = {
  name: 'trader',
  expires_at: '2030-05-06',
  scopes: 'prod/**',
  intents_api_enabled: 'on',
  [chainBox('8453')]: 'on',
  tx_max_value_eth: '0.1',
}

describe('the form of an agent', () => {
  it('reports no change if nothing is edited, whatever the time of day of the agent’s expiry', () => {
    expect(changed(fieldsOf(AGENT), fieldsIn(form(FILLED), choices, AGENT))).toEqual({})
  })

  it('names what is changed and what is cleared, and nothing else', () => {
    const entries = { ...FILLED, name: ' renamed ', scopes: '', tx_max_value_eth: ' ', [vaultBox('v2')]: 'on', expires_at: '' }
    expect(changed(fieldsOf(AGENT), fieldsIn(form(entries), choices, AGENT))).toEqual({
      name: 'renamed',
      scopes: [],
      tx_max_value_eth: null,
      vault_ids: ['v2'],
      expires_at: null,
    })
  })

  it('uses only the completed fields, and sets no limits for an agent that signs nothing', () => {
    const blocked = { ...NO_FIELDS, name: 'bot', tx_block_unlimited_approvals: true }
    expect(stated(blocked, 'api_key')).toEqual({ name: 'bot', auth_method: 'api_key' })
    const talking = { ...blocked, message_signing_enabled: true, eip712_default_policy: 'allow' } as const
    expect(stated(talking, 'api_key')).toEqual({ name: 'bot', auth_method: 'api_key' })
    expect(stated({ ...talking, intents_api_enabled: true }, 'api_key')).toMatchObject({
      message_signing_enabled: true,
      eip712_default_policy: 'allow',
    })
    expect(stated({ ...blocked, intents_api_enabled: true, tx_to_allowlist: ['0x1'] }, 'mtls')).toEqual({
      name: 'bot',
      auth_method: 'mtls',
      intents_api_enabled: true,
      tx_to_allowlist: ['0x1'],
      tx_block_unlimited_approvals: true,
    })
  })

  it.each([
    [{ name: ' ' }, 'name'],
    [{ expires_at: '2026-05-31' }, 'expires_at'],
    [{ scopes: 'prod/**\n\na//b' }, 'scopes'],
    [{ tx_to_allowlist: 'vitalik.eth' }, 'tx_to_allowlist'],
    [{ tx_max_value_eth: '1e18' }, 'tx_max_value_eth'],
    [{ tx_daily_limit_eth: '-1' }, 'tx_daily_limit_eth'],
    [{ eip712_domain_allowlist: 'USD Coin@0x12' }, 'eip712_domain_allowlist'],
  ])('rejects %j', (entries, field) => {
    expect(Object.keys(faultsIn(form({ name: 'bot', ...entries }), 'api_key', NOW))).toEqual([field])
  })

  it('names the faulty line by its number in the field', () => {
    expect(faultsIn(form({ name: 'bot', scopes: 'prod/**\n\na//b' }), 'api_key', NOW)['scopes']).toMatch(/^Line 3 /)
  })

  it('requires the fields of a sign-in method', () => {
    expect(Object.keys(faultsIn(form({ name: 'bot' }), 'mtls', NOW))).toEqual(['client_cert_fingerprint'])
    expect(Object.keys(faultsIn(form({ name: 'bot' }), 'oidc_client_credentials', NOW))).toEqual([
      'oidc_issuer',
      'oidc_client_id',
    ])
  })

  it('keeps a past expiry when another field is edited', () => {
    const ended = { ...AGENT, expires_at: '2020-01-01T00:00:00.000Z' }
    expect(faultsIn(form({ name: 'bot', expires_at: '2020-01-01' }), 'api_key', NOW, ended)).toEqual({})
  })
})
