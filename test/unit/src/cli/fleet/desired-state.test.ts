import { describe, expect, it } from 'vitest'
import { type DesiredState, desiredStateOf } from '../../../../../src/cli/fleet/desired-state.ts'
import { readDocument } from '../../../../../src/cli/fleet/document.ts'
import type { Problem } from '../../../../../src/problem.ts'
import { fakeWorld } from '../../../../support/fake-context.ts'

const read = async (text: string): Promise<DesiredState> =>
  desiredStateOf(await readDocument(fakeWorld({ stdin: text }).context, '-'))

async function faultsOf(text: string): Promise<Record<string, string>> {
  const problem: Problem = await read(text).then(
    () => Promise.reject(new Error('The file was taken.')),
    (error: Problem) => error,
  )
  expect(problem.exitCode).toBe(2)
  return problem.extras.fields ?? { '': problem.message }
}

describe('a file of agents', () => {
  it('is read with all its fields', async () => {
    const { match, agents } = await read(`
match: 'a*'
x-shared: &shared { token_ttl: 15m, is_active: true }
agents:
  - <<: *shared
    name: a
    id: 33333333-3333-4333-8333-333333333333
    auth_method: mtls
    description: null
    scopes: [prod/**]
    vaults: [prod]
    expires_at: 2030-01-31
    intents_api_enabled: false
    tx_allowed_chains: [base, '8453']
    tx_to_allowlist: ['0x${'aB'.repeat(20)}']
    tx_max_value_eth: 0.5
    tx_daily_limit_eth: '1.000000000000000001'
    tx_block_unlimited_approvals: true
    client_cert_fingerprint: '${'AB:'.repeat(31)}AB'
    policies:
      - { vault: prod, path: prod/*, permissions: [read], expires_at: 2030-01-31T00:00:00+01:00, conditions: { ip_allowlist: ['::1'] } }
  - name: another
    is_active: false
`)
    expect(match).toBe('a*')
    expect(agents).toMatchObject([
      {
        name: 'a',
        id: '33333333-3333-4333-8333-333333333333',
        authMethod: 'mtls',
        active: true,
        fields: {
          description: null,
          scopes: ['prod/**'],
          vault_ids: ['prod'],
          token_ttl_seconds: 900,
          expires_at: '2030-01-31T00:00:00.000Z',
          intents_api_enabled: false,
          tx_allowed_chains: ['base', '8453'],
          tx_max_value_eth: '0.5',
          tx_daily_limit_eth: '1.000000000000000001',
          tx_block_unlimited_approvals: true,
        },
        policies: [{ vault: 'prod', pattern: 'prod/*', permissions: ['read'], expires_at: '2030-01-30T23:00:00.000Z' }],
      },
      { name: 'another', active: false, fields: {}, policies: undefined },
    ])
  })

  it('can be JSON', async () => {
    expect((await read('{"agents": [{"name": "a", "scopes": []}]}')).agents).toMatchObject([
      { name: 'a', fields: { scopes: [] } },
    ])
  })

  it.each([
    ['agents:\n  - name: 7', { 'stdin:2 agents[0].name': 'must be text; put it in quotes' }],
    ['agents:\n  - scopes: [a]', { 'stdin:2 agents[0]': 'needs name' }],
    ['agents:\n  - name: a\n    scops: [a]', { 'stdin:3 agents[0].scops': 'is not a known field; did you mean scopes?' }],
    [
      'agents:\n  - name: a\n    scopes:\n      - a\n      - 7',
      { 'stdin:5 agents[0].scopes[1]': 'must be text; put it in quotes' },
    ],
    [
      'agents:\n  - name: a\n    tx_max_value_eth: 1e-7',
      { 'stdin:3 agents[0].tx_max_value_eth': 'must be an amount such as "0.25", in quotes' },
    ],
    [
      'agents:\n  - {name: a, tx_daily_limit_eth: 0.1234567890123456789}',
      { 'stdin:2 agents[0].tx_daily_limit_eth': expect.any(String) },
    ],
    [
      'agents:\n  - {name: a, tx_to_allowlist: [0x00]}',
      { 'stdin:2 agents[0].tx_to_allowlist[0]': expect.stringContaining('in quotes') },
    ],
    ['agents:\n  - {name: a, token_ttl: soon}', { 'stdin:2 agents[0].token_ttl': '"soon" is not a duration' }],
    ['agents:\n  - {name: a, is_active: yes}', { 'stdin:2 agents[0].is_active': 'must be true or false' }],
    ['agents:\n  - {name: a, intents_api_enabled: null}', { 'stdin:2 agents[0].intents_api_enabled': 'must be true or false' }],
    ['agents:\n  - {name: a, auth_method: mtls}', { 'stdin:2 agents[0]': 'needs client_cert_fingerprint for mtls' }],
    [
      'agents:\n  - {name: a, auth_method: password}',
      { 'stdin:2 agents[0].auth_method': 'must be one of api_key, mtls, oidc_client_credentials' },
    ],
    ['agents:\n  - {name: a, client_cert_fingerprint: ab}', { 'stdin:2 agents[0].client_cert_fingerprint': expect.any(String) }],
    ['agents:\n  - name: a\n  - name: a', { 'stdin:3 agents[1].name': 'is in the file twice' }],
    ['match: b*\nagents:\n  - name: a', { 'stdin:3 agents[0].name': 'does not match `match: b*`' }],
    [
      'agents:\n  - name: a\n    policies:\n      - {vault: v, path: p}',
      { 'stdin:4 agents[0].policies[0]': 'needs permissions' },
    ],
    [
      'agents:\n  - name: a\n    policies:\n      - {vault: v, path: p, permissions: [all]}',
      { 'stdin:4 agents[0].policies[0].permissions[0]': expect.any(String) },
    ],
    ['agents:\n  - name: a\n    policies: {}', { 'stdin:3 agents[0].policies': 'must be a list; [] for none' }],
    ['match:\nagents: []', { 'stdin:1 match': 'must not be empty' }],
    ['agents:\n  - name:', { 'stdin:2 agents[0].name': 'must not be empty' }],
    ['agents:\n  - {name: a, is_active: null}', { 'stdin:2 agents[0].is_active': 'must not be empty' }],
    ['agents:\n  - name: a\n    policies:', { 'stdin:3 agents[0].policies': 'must be a list; [] for none' }],
    [
      'agents:\n  - {name: a, policies: [{vault: v, path: p, permissions: [read], conditions: null}]}',
      { 'stdin:2 agents[0].policies[0].conditions': 'must not be empty' },
    ],
    ['agents: [{name: a, __proto__: {id: x}}]', { 'stdin:1 agents[0].__proto__': 'is not a known field' }],
    ['agents: {}', { 'stdin:1 agents': 'must be a list of agents' }],
    ['', { 'stdin:1': 'must be a map' }],
    ['agents: [a', { '': expect.stringMatching(/^stdin:1:11 /) }],
    ['agents:\n  - name: a\n    name: b', { '': 'stdin:3:5 Map keys must be unique.' }],
    ['agents: *a', { '': expect.stringContaining('Unresolved alias') }],
  ])('is refused with line and field: %j', async (text, faults) => {
    expect(await faultsOf(text)).toEqual(faults)
  })

  it('does not expand aliases without end', async () => {
    const layers = Array.from(
      { length: 12 },
      (_, n) =>
        `x-${n}: &n${n} [${Array(12)
          .fill(n === 0 ? 'a' : `*n${n - 1}`)
          .join(', ')}]`,
    )
    expect(Object.values(await faultsOf(`${layers.join('\n')}\nagents: *n11\n`)).join()).toContain('alias')
  })

  it('is refused with at most twenty of its faults', async () => {
    const faults = await faultsOf(`agents:\n${'  - {}\n'.repeat(50)}`)
    expect(Object.keys(faults)).toHaveLength(20)
  })
})
