import { describe, expect, it } from 'vitest'
import { boundBy, checkDepth, grantedUnder, withInherited } from '../../../../server/policy/delegation.ts'
import type { PolicyFacts } from '../../../../server/policy/facts.ts'
import { pattern } from '../../../../src/path-pattern.ts'

const policy = (id: string, under: string | null, more: Partial<PolicyFacts> = {}): PolicyFacts => ({
  id,
  pattern: pattern('**'),
  principalType: 'user',
  principalId: `holder of ${id}`,
  permissions: ['admin'],
  conditions: null,
  expiresAt: null,
  grantedUnder: under,
  inherited: [],
  ...more,
})

/** A chain of policies, each granted under the previous one. */
const chain = (length: number) => Array.from({ length }, (_, index) => policy(`p${index}`, index === 0 ? null : `p${index - 1}`))

const last = (policies: readonly PolicyFacts[]) => policies.at(-1) as PolicyFacts

describe('a policy that was granted under another one', () => {
  it('ends with the first of those above it and applies the conditions of all', () => {
    const policies = chain(3)
    const above = { ip_allowlist: ['192.0.2.1'] }
    const result = withInherited([
      { ...(policies[0] as PolicyFacts), expiresAt: 5, conditions: above },
      { ...(policies[1] as PolicyFacts), expiresAt: 9 },
      { ...(policies[2] as PolicyFacts), expiresAt: 7 },
    ])
    expect(last(result)).toMatchObject({ expiresAt: 5, inherited: [above] })
  })

  it.each([
    ['is gone', (policies: PolicyFacts[]) => policies.slice(1)],
    [
      'gives no admin any more',
      ([first, ...rest]: PolicyFacts[]) => [{ ...(first as PolicyFacts), permissions: ['read'] }, ...rest],
    ],
  ])('has ended when one above it %s', (_, change) => {
    expect(last(withInherited(change(chain(3)))).expiresAt).toBe(0)
  })

  it('grants nothing when policies are above each other in a cycle', () => {
    const circle = withInherited([policy('a', 'b'), policy('b', 'a')])
    expect(circle.map(({ expiresAt }) => expiresAt)).toEqual([0, 0])
  })
})

it('a new policy depends on the covering policy that restricts it least', () => {
  const held = [
    policy('narrow', null, { pattern: pattern('other/**') }),
    policy('bound', null, { conditions: { ip_allowlist: [] } }),
    policy('short', null, { expiresAt: 1 }),
    policy('long', null, { expiresAt: 2 }),
  ]
  expect(grantedUnder(held, pattern('team/*'))?.id).toBe('long')
})

it('a policy below another has its conditions and ends no later', () => {
  const above = policy('above', null, { expiresAt: 10, conditions: { time_window: { after: '09:00' } } })
  const terms = boundBy({ conditions: { ip_allowlist: ['192.0.2.1'] }, expiresAt: null }, above)
  expect(terms).toEqual({ conditions: { time_window: { after: '09:00' }, ip_allowlist: ['192.0.2.1'] }, expiresAt: 10 })
  expect(boundBy({}, above)).toEqual({})
})

it('admin is delegated at most seven times', () => {
  const depth = (length: number) => () => checkDepth(chain(length), last(chain(length)))
  expect(depth(7)).not.toThrow()
  expect(depth(8)).toThrow(/delegated/)
})
