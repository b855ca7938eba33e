import { expect, it } from 'vitest'
import { fitsGlob } from '../../../../../src/cli/input/glob.ts'
import { computedSince } from '../../../../support/computing.ts'

it.each([
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything/at.all', true],
  ['team-*', 'team-', true],
  ['team-*', 'team', false],
  ['*-prod', 'a-prod-prod', true],
  ['*-prod', 'a-prod-x', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['?', '😀', true],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['A', 'a', false],
])('%j matches %j: %s', (pattern, name, fits) => {
  expect(fitsGlob(pattern, name)).toBe(fits)
})

it('a pattern that would make a backtracking matcher hang takes no time', () => {
  const began = process.cpuUsage()
  expect(fitsGlob('*a'.repeat(30), `${'a'.repeat(5000)}b`)).toBe(false)
  expect(computedSince(began)).toBeLessThan(1000)
})
