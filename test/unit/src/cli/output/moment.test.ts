import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { moment, relative } from '../../../../../src/cli/output/moment.ts'
import { printerOf } from '../../../../../src/cli/output/printer.ts'
import { fakeWorld, NOW } from '../../../../support/fake-context.ts'
import { ROOT } from '../../../../support/house/files.ts'

const at = (ms: number) => new Date(NOW + ms).toISOString()
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

describe('a time', () => {
  it.each([
    [-1000, 'just now'],
    [1000, 'in less than 1 min'],
    [-5 * MINUTE, '5 min ago'],
    [90 * MINUTE, 'in 1 h'],
    [-47 * HOUR, '47 h ago'],
    [3 * DAY, 'in 3 days'],
    [-59 * DAY, '59 days ago'],
    [-60 * DAY, '2025-12-31'],
    [400 * DAY, '2027-04-05'],
  ])('%i ms from now', (distance, text) => {
    expect(relative(at(distance), NOW)).toBe(text)
  })

  it('that is invalid is not changed', () => {
    expect(relative('soon', NOW)).toBe('soon')
  })

  it('is relative on a terminal, and exact everywhere else', async () => {
    const view = {
      columns: { path: () => 'a', created: () => moment(at(-DAY * 3)), expires: () => moment(undefined) },
      name: () => 'a',
    }
    const shown = async (tty: boolean, output?: 'csv' | 'plain') => {
      const world = fakeWorld({ tty })
      await printerOf(world.context, { output }).list([{}], view, '')
      return world.stdout()
    }
    expect(await shown(true)).toBe('PATH  CREATED     EXPIRES\na     3 days ago  -\n')
    expect(await shown(false)).toContain('a     2026-02-26T12:00:00.000Z  -')
    expect(await shown(true, 'csv')).toContain('2026-02-26T12:00:00.000Z')
    expect(await shown(true, 'plain')).toBe('a\t2026-02-26T12:00:00.000Z\t\n')
  })
})

describe('a column with a time', () => {
  const sources = ['src/cli', 'commands'].flatMap(folder =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(folder, name)),
  )

  it('is relative on a terminal, everywhere', () => {
    const raw = /^\s+(?:'[^']+'|\w+): \(?\w+\)? => \w+(?:\.\w+)*\.(?:\w+_(?:at|end|until)|expires|created)\b,?$/
    const found = sources.flatMap(file =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter(line => raw.test(line))
        .map(line => `${file}: ${line.trim()}`),
    )
    expect(found).toEqual([])
  })
})
