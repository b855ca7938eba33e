import { describe, expect, it } from 'vitest'
import { endpoints } from '../../../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../../../src/contract/schema/endpoint.ts'
import { restricts } from '../../../../../src/contract/schema/restricting.ts'

const ALL: readonly EndpointSpec[] = endpoints

describe('an unknown field', () => {
  it.each([
    ['policy', 'effect', 'deny'],
    ['policy', 'tx_conditions', { max: '1' }],
    ['policy', 'attribute_conditions', [{ a: 1 }]],
    ['policy', 'consensus_trigger', 'always'],
    ['policy', 'denyPaths', ['prod/**']],
    ['policy', 'notBefore', '2030-01-01T00:00:00Z'],
    ['policy', 'allow_read', false],
    ['agent', 'tx_max_per_day', 3],
    ['agent', 'tx_max_per_day', 0],
    ['agent', 'tx_token_allowlist', ['0x1']],
    ['agent', 'tx_known_tokens_only', true],
    ['agent', 'per_chain_guardrails', { base: {} }],
    ['agent', 'tx_overhead_budget', '0.1'],
    ['agent', 'execution_mode', 'tee'],
    ['agent', 'signing_require_tee', true],
    ['agent', 'api_key_expires_at', '2030-01-01T00:00:00Z'],
    ['agent', 'card_daily_limit', 10],
    ['agent', 'tx_anything', 'x'],
    ['share', 'max_views', 1],
    ['share', 'allowed_countries', ['DE']],
    ['ip-rule', 'only_weekdays', true],
    ['ip-rule', 'expires_at', '2030-01-01T00:00:00Z'],
    ['api-key', 'ip-allowlist', ['10.0.0.0/8']],
    ['api-key', 'readOnlyOnce', true],
    ['secret', 'maxReads', 1],
    ['token', 'scope', 'read'],
    ['token', 'expires_in', 60],
    ['sending', 'dry_run', true],
    ['sending', 'dryRun', true],
    ['sending', 'broadcast', false],
    ['sending', 'maxFeePerGas', '1'],
    ['sending', 'simulate_only', true],
    ['signature', 'deadline_before', 1],
    ['member', 'valid_until', '2030-01-01T00:00:00Z'],
  ] as const)('restricts a body that grants (%s): %s = %j', (granting, name, value) => {
    expect(restricts(granting, name, value)).toBe(true)
  })

  it.each([
    ['policy', 'effect', 'allow'],
    ['policy', 'tx_conditions', null],
    ['policy', 'attribute_conditions', {}],
    ['policy', 'description', 'deny everything'],
    ['agent', 'tx_token_allowlist', []],
    ['agent', 'tx_known_tokens_only', false],
    ['agent', 'signing_require_tee', false],
    ['agent', 'card_enabled', true],
    ['agent', 'tx_spent_today', '0.5'],
    ['agent', 'tx_spent_today_eth', '0.5'],
    ['agent', 'tags', ['max']],
    ['agent', 'maxims', ['be kind']],
    ['agent', 'allow_payments', true],
    ['share', 'message', 'only for you'],
    ['secret', 'access_count', 3],
    ['token', 'scope', ''],
    ['sending', 'dry_run', false],
    ['sending', 'broadcast', true],
    ['signature', 'broadcast', false],
  ] as const)('does not restrict (%s): %s = %j', (granting, name, value) => {
    expect(restricts(granting, name, value)).toBe(false)
  })
})

it('every body that grants or limits declares whether unknown fields restrict', () => {
  expect(Object.fromEntries(ALL.flatMap(({ id, grants }) => (grants ? [[id, grants]] : [])))).toEqual({
    'policies.create': 'policy',
    'policies.create-many': 'policy',
    'policies.update': 'policy',
    'access-requests.approve': 'policy',
    'agents.register': 'agent',
    'agents.update': 'agent',
    'agents.approve': 'agent',
    'ip-rules.add': 'ip-rule',
    'shares.create': 'share',
    'api-keys.create': 'api-key',
    'secrets.put': 'secret',
    'secrets.put-many': 'secret',
    'secrets.update': 'secret',
    'org.invite': 'member',
    'org.set-role': 'member',
    'agents.add-key': 'api-key',
    'api-keys.rotate': 'api-key',
    'device.approve': 'token',
    'auth.agent-token': 'token',
    'auth.api-key-token': 'token',
    'access-requests.create': 'policy',
    'secrets.copy': 'secret',
    'secrets.rotate': 'secret',
    'intents.submit': 'sending',
    'intents.sign': 'signature',
    'intents.sign-message': 'signature',
    'intents.sign-payment': 'signature',
  })
})
