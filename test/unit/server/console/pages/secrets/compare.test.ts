import { expect, it } from 'vitest'
import { readersIn } from '../../../../../../server/console/pages/secrets/readers.tsx'
import { comparedLines } from '../../../../../../server/console/pages/secrets/versions/compare.ts'

const shown = (older: string, newer: string) =>
  comparedLines(older, newer).map(({ of, text }) => `${{ both: ' ', older: '-', newer: '+' }[of]}${text}`)

it.each([
  ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
  ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
  ['one', 'two', ['-one', '+two']],
  ['a\nx\nb\ny\nc', 'a\nb\nz\nc', [' a', '-x', ' b', '-y', '+z', ' c']],
  ['same\nsame', 'same\nsame', [' same', ' same']],
  ['', 'a', ['-', '+a']],
])('a comparison finds the changed lines of %j and %j', (older, newer, lines) => {
  expect(shown(older, newer)).toEqual(lines)
})

it('a comparison contains both values completely', () => {
  const random = (seed: number) => Array.from({ length: 60 }, (_, at) => `line ${(at * seed * 7919) % 11}`).join('\n')
  for (let seed = 1; seed < 40; seed++) {
    const [older, newer] = [random(seed), random(seed + 1)]
    const lines = comparedLines(older, newer)
    const side = (of: 'older' | 'newer') =>
      lines
        .filter(line => line.of === 'both' || line.of === of)
        .map(({ text }) => text)
        .join('\n')
    expect([side('older'), side('newer')]).toEqual([older, newer])
  }
})

it('a comparison of very many lines is fast', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}`).join('\n')
  const lines = comparedLines(`top\n${many('old')}\nend`, `top\n${many('new')}\nend`)
  expect(lines).toHaveLength(40_002)
})

it('the last reader of a secret is named', () => {
  const now = new Date('2026-03-02T12:00:00Z')
  const read = (name: string, minutes: number) => ({
    name,
    last_read_at: new Date(now.getTime() - minutes * 60_000).toISOString(),
  })
  expect(readersIn([{ name: 'idle' }], now)).toBe('Nobody read it in the last 90 days.')
  expect(readersIn([read('ci', 2880), { name: 'idle' }, read('deployer', 8)], now)).toBe(
    'deployer read it 8 minutes ago, ci 2 days ago.',
  )
  expect(readersIn([read('a', 1), read('b', 2), read('c', 3), read('d', 4), read('e', 5)], now)).toContain(
    'and 2 more in 90 days',
  )
})
