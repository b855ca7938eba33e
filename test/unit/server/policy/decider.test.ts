import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, decider, type Principal } from '../../../../server/policy/decide.ts'
import type { PolicyFacts, VaultFacts } from '../../../../server/policy/facts.ts'
import { isBounded, isPattern, pattern } from '../../../../src/path-pattern.ts'
import { computedSince } from '../../../support/computing.ts'

const NOW = 1_700_000_000_000
const AT = { ip: '10.0.0.1', now: NOW }

const segment = fc.constantFrom('a', 'b', 'c')
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
const glob = fc.array(fc.oneof(segment, fc.constantFrom('*', '**')), { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
const policy = fc.record({
  id: fc.uuid(),
  pattern: glob.map(pattern),
  principalType: fc.constantFrom('user', 'agent'),
  principalId: fc.constantFrom('p', 'q'),
  permissions: fc.subarray(['read', 'write', 'admin']),
  conditions: fc.constantFrom(null, { ip_allowlist: ['10.0.0.0/8'] }, { ip_allowlist: ['192.0.2.1'] }, { unheard_of: true }),
  expiresAt: fc.constantFrom(null, NOW, NOW + 1),
  grantedUnder: fc.constant(null),
  inherited: fc.constantFrom([], [{ ip_allowlist: ['192.0.2.1'] }]),
}) satisfies fc.Arbitrary<PolicyFacts>
const who = fc.record({
  type: fc.constantFrom('user', 'agent') as fc.Arbitrary<'user' | 'agent'>,
  id: fc.constantFrom('p', 'q'),
  scopes: fc.array(fc.oneof(glob, fc.constant('a:label')), { maxLength: 2 }),
  vaultIds: fc.constantFrom([], ['v'], ['other']),
}) satisfies fc.Arbitrary<Principal>

function vaultWith(policies: readonly PolicyFacts[]): VaultFacts {
  return {
    id: 'v',
    orgId: 'o',
    createdBy: 'q',
    createdByType: 'user',
    kek: { id: 'k', blob: null },
    formerKeks: [],
    cmekFingerprint: null,
    policies,
  }
}

describe('the decision for many paths', () => {
  it('equals the decision for each path alone', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 8 }), who, fc.array(path, { maxLength: 8 }), (policies, principal, paths) => {
        const vault = vaultWith(policies)
        const may = decider(vault, principal, 'read', AT)
        for (const each of paths) {
          expect(may(each)).toBe(decide(vault, principal, 'read', each, AT).allowed)
          if (may(each) && may.heads) expect(may.heads).toContain(each.split('/')[0])
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is fast for a thousand policies and ten thousand paths', () => {
    const policies = Array.from({ length: 1000 }, (_, index) => ({
      id: `${index}`,
      pattern: pattern(`team-${index}/**/secret`),
      principalType: 'agent',
      principalId: 'p',
      permissions: ['read'],
      conditions: null,
      expiresAt: null,
      grantedUnder: null,
      inherited: [],
    }))
    const may = decider(vaultWith(policies), { type: 'agent', id: 'p', scopes: [], vaultIds: [] }, 'read', AT)
    const began = process.cpuUsage()
    let readable = 0
    for (let index = 0; index < 10_000; index++) if (may(`team-${index % 2000}/a/b/secret`)) readable++
    expect(readable).toBe(5_000)
    // Trying every pattern for every path took seconds.
    expect(computedSince(began)).toBeLessThan(1000)
  })
})

describe('the bounds of a pattern', () => {
  it.each([
    ['**/a/b/c', true],
    ['*/*/*/*', true],
    ['**/**/**/**/a', true],
    ['*/*/*/*/*', false],
    [`${'a/'.repeat(31)}a`, true],
    [`${'a/'.repeat(32)}a`, false],
  ])('%s: %s', (source, bounded) => {
    expect([isPattern(source), isBounded(source)]).toEqual([true, bounded])
  })
})
