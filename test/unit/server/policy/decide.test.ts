import { describe, expect, it } from 'vitest'
import { decide, type Principal } from '../../../../server/policy/decide.ts'
import type { Permission, PolicyFacts, VaultFacts } from '../../../../server/policy/facts.ts'
import { pattern } from '../../../../src/path-pattern.ts'

const NOW = 1_000_000
const AT = { ip: '192.0.2.1', now: NOW }
const PERMISSIONS: readonly Permission[] = ['read', 'write', 'delete', 'rotate', 'admin']

const agent: Principal = { type: 'agent', id: 'a1', scopes: [], vaultIds: [] }

const policy = (more: Partial<PolicyFacts> & { paths?: string } = {}): PolicyFacts => ({
  id: 'p1',
  pattern: pattern(more.paths ?? '**'),
  principalType: 'agent',
  principalId: 'a1',
  permissions: ['read'],
  conditions: null,
  expiresAt: null,
  grantedUnder: null,
  inherited: [],
  ...more,
})

const vault = (...policies: PolicyFacts[]): VaultFacts => ({
  id: 'v1',
  orgId: 'o1',
  createdBy: 'u1',
  createdByType: 'user',
  kek: { id: 'k1', blob: null },
  formerKeks: [],
  cmekFingerprint: null,
  policies,
})

const allowed = (facts: VaultFacts, who: Principal, permission: Permission = 'read', path = 'a/b') =>
  decide(facts, who, permission, path, AT).allowed

describe('a permission', () => {
  it.each([
    ['read', ['read']],
    ['write', ['write', 'delete']],
    ['delete', ['delete']],
    ['rotate', ['rotate']],
    ['admin', ['read', 'write', 'delete', 'rotate', 'admin']],
  ])('%s allows %j and nothing else', (held, expected) => {
    const facts = vault(policy({ permissions: [held] }))
    expect(PERMISSIONS.filter(wanted => allowed(facts, agent, wanted))).toEqual(expected)
  })

  it('that does not exist allows nothing', () => {
    expect(PERMISSIONS.filter(wanted => allowed(vault(policy({ permissions: ['*', 'all', 'READ'] })), agent, wanted))).toEqual([])
  })
})

describe('the decision', () => {
  it('is deny when nothing allows it', () => {
    expect(decide(vault(), agent, 'read', 'a', AT)).toEqual({ allowed: false, rule: 'no-policy' })
  })

  it('names the policy that decided', () => {
    const facts = vault(policy({ id: 'other', paths: 'x/**' }), policy({ id: 'mine' }))
    expect(decide(facts, agent, 'read', 'a', AT)).toEqual({ allowed: true, rule: 'policy', policyId: 'mine' })
  })

  it('distinguishes an agent and a user with the same id', () => {
    expect(allowed(vault(policy({ principalType: 'user' })), agent)).toBe(false)
  })

  it('limits the creator of the vault to the ceilings of the credential', () => {
    const maker: Principal = { type: 'user', id: 'u1', scopes: [], vaultIds: [] }
    expect(decide(vault(), maker, 'admin', 'a/b', AT)).toEqual({ allowed: true, rule: 'creator' })
    expect(decide(vault(), { ...maker, scopes: ['x/**'] }, 'read', 'a/b', AT)).toMatchObject({ rule: 'scope-ceiling' })
    expect(decide(vault(), { ...maker, vaultIds: ['v2'] }, 'read', 'a/b', AT)).toMatchObject({ rule: 'vault-ceiling' })
  })

  it('checks the ceilings first, of the vault and then of the path', () => {
    const facts = vault(policy())
    expect(decide(facts, { ...agent, vaultIds: ['v2'], scopes: ['x'] }, 'read', 'a', AT)).toMatchObject({ rule: 'vault-ceiling' })
    expect(decide(facts, { ...agent, vaultIds: ['v1'], scopes: ['x'] }, 'read', 'a', AT)).toMatchObject({ rule: 'scope-ceiling' })
    expect(allowed(facts, { ...agent, vaultIds: ['v1'], scopes: ['x', 'a/*'] })).toBe(true)
  })

  it('treats a scope with a colon as a label', () => {
    expect(allowed(vault(policy()), { ...agent, scopes: ['team:ops', 'a:b/**'] })).toBe(true)
    expect(allowed(vault(policy()), { ...agent, scopes: ['team:ops', 'x/**'] })).toBe(false)
  })

  it('ends with the expiry, to the millisecond', () => {
    expect(allowed(vault(policy({ expiresAt: NOW + 1 })), agent)).toBe(true)
    expect(allowed(vault(policy({ expiresAt: NOW })), agent)).toBe(false)
  })

  it('continues with the next policy when one does not apply', () => {
    const facts = vault(policy({ expiresAt: 1 }), policy({ conditions: { ip_allowlist: ['10.0.0.1'] } }), policy({ id: 'last' }))
    expect(decide(facts, agent, 'read', 'a', AT)).toMatchObject({ policyId: 'last' })
  })
})
