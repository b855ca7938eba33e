import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { commandLine, shellWord } from '../../../src/shell-word.ts'

/** The words that a shell reads from a line. */
const read = (line: string) =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

const NAMES = ['plain', 'a b', '$(touch ran)', '`id`', 'it\'s "so"', '=ls', '~', 'a;b', '*', '#x', '…', '😀', '', '!!']

it.each(NAMES)('a shell reads the word as it is: %j', name => {
  expect(read(shellWord(name))).toEqual([name])
})

it('a line has its flags after the argument, without those that have no value', () => {
  expect(read(commandLine('secrets restore', 'a', { vault: 'the shop', profile: undefined }))).toEqual([
    '1claw',
    'secrets',
    'restore',
    'a',
    '--vault',
    'the shop',
  ])
})

it('an argument with a leading dash comes last, after two dashes', () => {
  expect(commandLine('vaults restore', '-v', { profile: 'work' })).toBe('1claw vaults restore --profile work -- -v')
})
