import { expect, it } from 'vitest'
import { forAll } from '../../../../../src/cli/env/faults.ts'
import { Problem } from '../../../../../src/problem.ts'

const refuse = (words: (name: string) => string) => (name: string) => {
  throw new Problem('usage', words(name))
}

it('the faults of all variables are reported together', () => {
  expect(() =>
    forAll(
      ['A', 'B'],
      refuse(name => `${name} is odd.`),
    ),
  ).toThrow('2 variables cannot be set:\nA is odd.\nB is odd.')
})

it('a fault that concerns no single variable is reported once, with its own text', () => {
  expect(() =>
    forAll(
      ['A', 'B'],
      refuse(() => 'The name of the Secret is odd.'),
    ),
  ).toThrow(/^The name of the Secret is odd\.$/)
})
