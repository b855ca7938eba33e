import { describe, expect, it } from 'vitest'
import { admits, type IpRule } from '../../../../server/policy/ip-rules.ts'

const rule = (type: IpRule['type'], cidr: string, appliesTo: IpRule['appliesTo'] = 'all'): IpRule => ({ type, cidr, appliesTo })

describe('IP rules', () => {
  it.each<[string, IpRule[], 'user' | 'agent', string, boolean]>([
    ['none', [], 'user', '192.0.2.1', true],
    ['a deny elsewhere', [rule('deny', '198.51.100.0/24')], 'user', '192.0.2.1', true],
    ['a deny here', [rule('deny', '192.0.2.0/24')], 'user', '192.0.2.1', false],
    ['a deny of the whole of v6, seen from v4', [rule('deny', '::/0')], 'user', '192.0.2.1', true],
    ['a deny of v4, from a mapped address', [rule('deny', '192.0.2.0/24')], 'user', '::ffff:192.0.2.1', false],
    ['an allow elsewhere', [rule('allow', '198.51.100.0/24')], 'user', '192.0.2.1', false],
    ['an allow of v6 only, seen from v4', [rule('allow', '2001:db8::/32')], 'user', '192.0.2.1', false],
    ['allow and deny here', [rule('allow', '192.0.2.0/24'), rule('deny', '192.0.2.1')], 'user', '192.0.2.1', false],
    ['allow of agents, seen by a user', [rule('allow', '198.51.100.1', 'agents')], 'user', '192.0.2.1', true],
    ['allow of agents, seen by an agent', [rule('allow', '198.51.100.1', 'agents')], 'agent', '192.0.2.1', false],
    ['deny of users, seen by an agent', [rule('deny', '192.0.2.1', 'users')], 'agent', '192.0.2.1', true],
    ['one of several allows', [rule('allow', '198.51.100.1'), rule('allow', '192.0.2.1', 'users')], 'user', '192.0.2.1', true],
  ])('%s', (_, rules, type, ip, let_in) => {
    expect(admits(rules, type, ip)).toBe(let_in)
  })
})
