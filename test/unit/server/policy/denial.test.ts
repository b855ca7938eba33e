import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { denied } from '../../../../server/policy/denial.ts'
import { DENIAL_RULES } from '../../../../src/problem.ts'

const SERVER = join(import.meta.dirname, '../../../../server')

/** The sources of the server, by path. */
const sources = readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts') && !path.startsWith('console/'))
  .map(path => ({ path, text: readFileSync(join(SERVER, path), 'utf8') }))

it('a denial names its rule, and the policy that decided', () => {
  expect(denied('no-policy').extras.why).toEqual({ rule: 'no-policy' })
  expect(denied({ rule: 'policy-expired', policy_id: 'p' }, 'No.', { reason: 'r' })).toMatchObject({
    code: 'policy.denied',
    message: 'No.',
    extras: { why: { rule: 'policy-expired', policy_id: 'p' }, reason: 'r' },
  })
})

it('the server denies only through the maker that requires a rule', () => {
  const others = sources.filter(({ text }) => /new Problem\(\s*'policy\.denied'/.test(text)).map(({ path }) => path)
  expect(others).toEqual([join('policy', 'denial.ts')])
})

it('every rule is used by the server', () => {
  const made = ['policy-conditions', 'policy-expired', 'policy-permission']
  const unused = DENIAL_RULES.filter(rule => !made.includes(rule) && !sources.some(({ text }) => text.includes(`'${rule}'`)))
  expect(unused).toEqual([])
})
