import { describe, expect, it } from 'vitest'
import { covers, isPattern, matches, meet, pattern, patternFault, scopeFault } from '../../../src/path-pattern.ts'
import { computedSince } from '../../support/computing.ts'
import { type Chance, chance } from '../../support/random.ts'

describe('matches', () => {
  it.each([
    ['**', 'a'],
    ['**', 'a/b/c'],
    ['*', 'a'],
    ['a', 'a'],
    ['a/*', 'a/b'],
    ['a/**', 'a'],
    ['a/**', 'a/b/c'],
    ['**/a', 'a'],
    ['**/a', 'b/c/a'],
    ['a/**/z', 'a/z'],
    ['a/**/z', 'a/b/z/c/z'],
    ['*/**', 'a'],
    ['**/**', 'a'],
    ['a/*/c/**', 'a/b/c'],
    ['prod/db.password', 'prod/db.password'],
  ])('%s matches %s', (source, path) => {
    expect(matches(pattern(source), path)).toBe(true)
  })

  it.each([
    ['*', 'a/b'],
    ['a', 'A'],
    ['a', 'a/b'],
    ['a/*', 'a'],
    ['a/*', 'a/b/c'],
    ['a/**', 'ab'],
    ['**/a', 'a/b'],
    ['a*', 'ab'],
    ['a*', 'a'],
    ['*a', 'ba'],
    ['***', 'a'],
    ['prod/db.password', 'prod/dbxpassword'],
    ['a?', 'ab'],
  ])('%s does not match %s', (source, path) => {
    expect(matches(pattern(source), path)).toBe(false)
  })

  it('agrees with a matcher that simply tries everything', () => {
    const random = chance(1)
    for (let i = 0; i < 20_000; i++) {
      const source = somePattern(random)
      const path = somePath(random)
      expect({ source, path, taken: matches(pattern(source), path) }).toEqual({
        source,
        path,
        taken: naive(source.split('/'), path.split('/')),
      })
    }
  })

  it.each(['**/**/**/**/**/**/**/**/**/a', `${'**/'.repeat(150)}a`, `${'**/b/'.repeat(75)}a`, `${'*/**/'.repeat(75)}a`])(
    'is fast for %s',
    source => {
      const hostile = pattern(source.slice(0, 600))
      const path = 'b/'.repeat(255).concat('b')
      const start = process.cpuUsage()
      for (let i = 0; i < 50; i++) matches(hostile, path)
      expect(computedSince(start)).toBeLessThan(2000)
    },
  )
})

describe('meet', () => {
  it.each([
    ['team/**', '**'],
    ['**', 'team/**'],
    ['team/**', 'team'],
    ['team/**', '*/a'],
    ['**/z', 'a/**'],
    ['a/**/z', 'a/b/*'],
    ['*', 'a'],
    ['a/*', '*/b'],
  ])('%s and %s have a path in common', (one, other) => {
    expect([meet(pattern(one), pattern(other)), meet(pattern(other), pattern(one))]).toEqual([true, true])
  })

  it('agrees with trying every short path', () => {
    const random = chance(3)
    const paths = allPaths(6)
    for (let i = 0; i < 300; i++) {
      const [one, other] = [pattern(somePattern(random)), pattern(somePattern(random))]
      // With a segment that no star can match, the shortest common path is at most as long as both patterns together.
      if (one.segments.length + other.segments.length > 7) continue
      const common = paths.some(path => matches(one, path) && matches(other, path))
      expect({ one: one.source, other: other.source, meet: meet(one, other) }).toEqual({
        one: one.source,
        other: other.source,
        meet: common,
      })
    }
  })
})

describe('covers', () => {
  it.each([
    ['**', '**'],
    ['**', 'a/*'],
    ['a/**', 'a/**'],
    ['a/**', 'a/*/b'],
    ['a/**', 'a'],
    ['*', 'a'],
    ['*/b', '*/b'],
    ['**/b', 'a/**/b'],
  ])('%s covers %s', (outer, inner) => {
    expect(covers(pattern(outer), pattern(inner))).toBe(true)
  })

  it.each([
    ['a/**', '**'],
    ['a/*', 'a/**'],
    ['a', '*'],
    ['a/**', '*/b'],
    ['a/**', 'b/**'],
    ['*', '**'],
    ['a/*', 'a/*/*'],
    ['**/b', '**'],
  ])('%s does not cover %s', (outer, inner) => {
    expect(covers(pattern(outer), pattern(inner))).toBe(false)
  })

  it('never says yes if a path is a counterexample', () => {
    const random = chance(2)
    const paths = allPaths(4)
    let yes = 0
    for (let i = 0; i < 5000; i++) {
      const [outer, inner] = [pattern(somePattern(random)), pattern(somePattern(random))]
      if (!covers(outer, inner)) continue
      yes++
      const escaped = paths.find(path => matches(inner, path) && !matches(outer, path))
      expect({ outer: outer.source, inner: inner.source, escaped }).toEqual({
        outer: outer.source,
        inner: inner.source,
        escaped: undefined,
      })
    }
    expect(yes).toBeGreaterThan(500)
  })
})

describe('isPattern', () => {
  it.each(['**', '*', 'a/*/b', 'A.b_c-1/**', 'a'.repeat(512), `${'a'.repeat(510)}/*`])('accepts %s', source =>
    expect(isPattern(source)).toBe(true),
  )

  it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', 'a/../b', 'a b', 'a/%2e', 'ä', 'a\0', '{a,b}', 'a?', '[a]', 'a/b\n'])(
    'refuses %j',
    source => expect(isPattern(source)).toBe(false),
  )

  it.each(['prod/app-*', 'a*b', '***', '*a', 'a*/b', '**a/b', 'a/****'])('refuses the misleading pattern %s', source => {
    expect(patternFault(source)).toMatch(/has a star within \S+, which no path can match: use \* .* or \*\* /)
    expect(scopeFault(source)).toBe(patternFault(source))
  })

  it.each(['a'.repeat(513), `${'a'.repeat(511)}/*`, `${'*/'.repeat(256)}a`])(
    'refuses a pattern longer than any path: %s',
    source => {
      expect(patternFault(source)).toContain('at most 512 characters')
    },
  )

  it('accepts a label as a scope, whatever it contains', () => expect(scopeFault('intents:*a*')).toBeUndefined())

  it('accepts no pattern that matches nothing', () => {
    const random = chance(3)
    const paths = allPaths(4)
    let taken = 0
    for (let i = 0; i < 5000; i++) {
      const source = segments(random, ['a', 'b*', '*', '**', '***', '*c'], 4)
      const matched = paths.some(path => matches(pattern(source), path))
      expect({ source, taken: isPattern(source) }).toEqual({ source, taken: matched })
      if (matched) taken++
    }
    expect(taken).toBeGreaterThan(500)
  })
})

function naive(wanted: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = wanted
  if (first === undefined) return path.length === 0
  if (first === '**') return naive(rest, path) || (path.length > 0 && naive(wanted, path.slice(1)))
  return path.length > 0 && (first === '*' || first === path[0]) && naive(rest, path.slice(1))
}

const segments = (random: Chance, choices: readonly string[], most: number) =>
  Array.from({ length: 1 + random.integer(most) }, () => random.of(choices)).join('/')

const somePattern = (random: Chance) => segments(random, ['a', 'b', '*', '**'], 6)
const somePath = (random: Chance) => segments(random, ['a', 'b', 'c'], 6)

function allPaths(most: number): string[] {
  let level = ['a', 'b', 'c']
  const all = [...level]
  for (let length = 2; length <= most; length++) {
    level = level.flatMap(path => ['a', 'b', 'c'].map(segment => `${path}/${segment}`))
    all.push(...level)
  }
  return all
}
