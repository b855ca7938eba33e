import { expect, it } from 'vitest'
import { leadingFlagsLast } from '../../../../../src/cli/oclif/leading-flags.ts'

it.each([
  ['secrets get x', 'secrets get x'],
  ['--profile work secrets get x', 'secrets get x --profile work'],
  ['--profile=work -q --json secrets get x', 'secrets get x --profile=work -q --json'],
  ['-o json vaults list', 'vaults list -o json'],
  ['--vault prod run -- env --json', 'run --vault prod -- env --json'],
  ['--json', '--json'],
  ['--profile', '--profile'],
  ['--help', '--help'],
  ['--nonsense secrets get x', '--nonsense secrets get x'],
])('%s → %s', (typed, meant) => {
  expect(leadingFlagsLast(typed.split(' '))).toEqual(meant.split(' '))
})
