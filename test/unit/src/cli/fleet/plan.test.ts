import { describe, expect, it } from 'vitest'
import type { ActualState } from '../../../../../src/cli/fleet/actual-state.ts'
import type { DesiredPolicy } from '../../../../../src/cli/fleet/desired-state.ts'
import { type Agent, differencesOf } from '../../../../../src/cli/fleet/fields.ts'
import { policyChanges } from '../../../../../src/cli/fleet/policy-plan.ts'
import { AGENT_ID, VAULT_ID } from '../../../../support/fake-context.ts'

const CREATED = '2026-03-01T12:00:00Z'
const AGENT: Agent = {
  id: AGENT_ID,
  name: 'a',
  auth_method: 'api_key',
  is_active: true,
  intents_api_enabled: false,
  shroud_enabled: false,
  created_at: CREATED,
}

describe('a field', () => {
  const address = `0x${'aB'.repeat(20)}`

  it.each<[string, Parameters<typeof differencesOf>[0], Partial<Agent>]>([
    ['text', { description: 'x' }, { description: 'x' }],
    ['nothing and nothing', { description: null, scopes: [], expires_at: null, tx_block_unlimited_approvals: false }, {}],
    ['a list in another order', { scopes: ['b', 'a'] }, { scopes: ['a', 'b'] }],
    ['an address in another case', { tx_to_allowlist: [address] }, { tx_to_allowlist: [address.toLowerCase()] }],
    ['an amount with more zeros', { tx_max_value_eth: '0010.50' }, { tx_max_value_eth: '10.5' }],
    ['an instant in another zone', { expires_at: '2030-01-31T01:00:00+01:00' }, { expires_at: '2030-01-31T00:00:00.000Z' }],
    [
      'a fingerprint with colons',
      { client_cert_fingerprint: `${'AB:'.repeat(31)}AB` },
      { client_cert_fingerprint: 'ab'.repeat(32) },
    ],
    ['what the file does not name', {}, { description: 'x', scopes: ['a'], tx_max_value_eth: '1' }],
  ])('is the same: %s', (_, wanted, there) => {
    expect(differencesOf(wanted, { ...AGENT, ...there })).toEqual([])
  })

  it.each<[string, Parameters<typeof differencesOf>[0], Partial<Agent>, object]>([
    ['new', { description: 'x' }, {}, { field: 'description', to: 'x' }],
    ['taken away', { scopes: null }, { scopes: ['a'] }, { field: 'scopes', from: ['a'] }],
    ['emptied', { vault_ids: [] }, { vault_ids: [VAULT_ID] }, { field: 'vault_ids', from: [VAULT_ID] }],
    [
      'another amount',
      { tx_max_value_eth: '1.05' },
      { tx_max_value_eth: '1.5' },
      { field: 'tx_max_value_eth', from: '1.5', to: '1.05' },
    ],
    ['switched on', { intents_api_enabled: true }, {}, { field: 'intents_api_enabled', to: true }],
  ])('differs: %s', (_, wanted, there, difference) => {
    expect(differencesOf(wanted, { ...AGENT, ...there })).toEqual([difference])
  })
})

describe('the policies of an agent', () => {
  const actual: ActualState = {
    agents: [],
    vaultIds: new Map([['prod', VAULT_ID]]),
    vaultNames: new Map([[VAULT_ID, 'prod']]),
    policies: [],
    hidden: [],
  }
  const wanted = (pattern: string, more: Partial<DesiredPolicy> = {}): DesiredPolicy => {
    return { vault: 'prod', pattern, permissions: ['read'], path: [], ...more }
  }
  const there = (id: string, secret_path_pattern: string, more: object = {}) => ({
    id,
    vault_id: VAULT_ID,
    secret_path_pattern,
    principal_type: 'agent' as const,
    principal_id: AGENT_ID,
    permissions: ['read'],
    created_at: CREATED,
    ...more,
  })
  const plan = (...[want, have, prune = false]: [readonly DesiredPolicy[] | undefined, ReturnType<typeof there>[], boolean?]) => {
    const { changes, extra } = policyChanges(want, have, actual, prune)
    return { changes: changes.map(({ action, id, pattern }) => [action, id ?? pattern].join(' ')), extra }
  }
  const open = { conditions: { ip_allowlist: ['::1'], time_window: { after: '09:00', before: '17:00' } } }

  it('are not looked up when the file does not name any', () => {
    expect(plan(undefined, [there('1', 'a')], true)).toEqual({ changes: [], extra: 0 })
  })

  it('are matched by content, then by place, and others are removed only on request', () => {
    expect(plan([wanted('a'), wanted('b')], [there('1', 'a')])).toEqual({ changes: ['create b'], extra: 0 })
    expect(plan([wanted('a')], [there('1', 'a'), there('2', 'b')])).toEqual({ changes: [], extra: 1 })
    expect(plan([wanted('a')], [there('1', 'a'), there('2', 'b')], true)).toEqual({ changes: ['delete 2'], extra: 0 })
    expect(plan([], [there('1', 'a')], true)).toEqual({ changes: ['delete 1'], extra: 0 })
    expect(plan([wanted('a')], [there('1', 'a', { vault_id: AGENT_ID })])).toEqual({ changes: ['create a'], extra: 1 })
    // Twins: the matching one is not changed, whichever comes first.
    const twins = [there('1', 'a', { permissions: ['write'] }), there('2', 'a')]
    expect(plan([wanted('a')], twins, true)).toEqual({ changes: ['delete 1'], extra: 0 })
    expect(plan([wanted('a'), wanted('a', { permissions: ['rotate'] })], twins)).toEqual({ changes: ['update 1'], extra: 0 })
  })

  it('are equal however they are written, and lose what the file leaves out', () => {
    const reordered = { conditions: { time_window: { before: '17:00', after: '09:00' }, ip_allowlist: ['::1'] } }
    expect(plan([wanted('a', open)], [there('1', 'a', reordered)]).changes).toEqual([])
    const written = { permissions: ['write', 'read', 'read'] as const, expires_at: '2030-01-01T00:00:00Z' }
    const read = { permissions: ['read', 'write'], expires_at: '2030-01-01T00:00:00.000Z' }
    expect(plan([wanted('a', { ...written, permissions: [...written.permissions] })], [there('1', 'a', read)]).changes).toEqual(
      [],
    )
    expect(plan([wanted('a', { conditions: {} })], [there('1', 'a')]).changes).toEqual([])
    expect(plan([wanted('a')], [there('1', 'a', reordered)]).changes).toEqual(['update 1'])
    expect(policyChanges([wanted('a')], [there('1', 'a', read)], actual, false).changes[0]?.body).toEqual({
      secret_path_pattern: 'a',
      permissions: ['read'],
      conditions: null,
      expires_at: null,
    })
  })
})
