import { describe, expect, it } from 'vitest'
import manifest from '../../../../../oclif.manifest.json' with { type: 'json' }
import pjson from '../../../../../package.json' with { type: 'json' }
import { fitsNode } from '../../../../../src/cli/context/node-version.ts'
import { conditionsOf } from '../../../../../src/cli/input/conditions.ts'
import { instantBefore, instantOf, milliseconds, spanMs } from '../../../../../src/cli/input/duration.ts'
import { nearest } from '../../../../../src/cli/input/suggest.ts'
import {
  AUTH_METHODS,
  CHARSETS,
  FOUND_KINDS,
  PERMISSIONS,
  REQUESTABLE,
  SECRET_ORDERS,
  SECRET_TYPES,
} from '../../../../../src/cli/input/vocabulary.ts'
import { canonical } from '../../../../../src/cli/oclif/aliases.ts'
import { AUTH_METHODS as CONTRACT_AUTH_METHODS } from '../../../../../src/contract/agents.ts'
import { PERMISSIONS as CONTRACT_PERMISSIONS } from '../../../../../src/contract/policies.ts'
import { REQUESTABLE as CONTRACT_REQUESTABLE } from '../../../../../src/contract/requests/access-requests.ts'
import { FOUND_KINDS as CONTRACT_FOUND_KINDS } from '../../../../../src/contract/search.ts'
import { ORDERS as CONTRACT_ORDERS } from '../../../../../src/contract/secrets/all-secrets.ts'
import { SECRET_TYPES as CONTRACT_SECRET_TYPES, rotateSecret } from '../../../../../src/contract/secrets/secrets.ts'

const usage = expect.objectContaining({ code: 'usage' })

describe('a duration', () => {
  it.each([
    ['30', 30_000],
    ['1.5s', 1500],
    ['15m', 900_000],
    ['12 h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1h30m', 5_400_000],
    ['1d 12h', 129_600_000],
    ['1m0.5s', 60_500],
    ['250ms', 250],
    ['PT1H', 3_600_000],
    ['pt1h30m', 5_400_000],
    ['P1DT12H', 129_600_000],
    ['P2W', 1_209_600_000],
    ['PT0.5S', 500],
  ])('%s is %i ms', (text, ms) => {
    expect(milliseconds(text)).toBe(ms)
  })

  it.each([
    '',
    '0',
    '-1',
    '5 years',
    '1e9',
    'm',
    '101y',
    '99999d',
    '30m1h',
    '1h1h',
    '1h30',
    '1h-30m',
    'P',
    'PT',
    'P1H',
    'P1M',
    'P1Y',
    'PT1H2',
    '1hour',
    'PT0S',
    '0h0m',
  ])('refuses %j', text => {
    expect(() => milliseconds(text)).toThrow(usage)
  })

  it('gives an instant', () => {
    expect(instantBefore(Date.parse('2026-02-01T00:00:00Z'), '1d')).toBe('2026-01-31T00:00:00.000Z')
    expect(instantBefore(0, '2026-01-31')).toBe('2026-01-31T00:00:00.000Z')
  })
})

describe('a date', () => {
  it.each([
    ['2030-01-31', '2030-01-31T00:00:00.000Z'],
    ['2030-01-31T12:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00.5+02:00', '2030-01-31T10:00:00.500Z'],
  ])('%s is %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant)
  })

  // Without an offset it would depend on the machine.
  it.each(['tomorrow', '2030-13-01', '2030-02-31', '2030-02-29T12:00:00Z', '2030-01-31T12:00:00', '31.1.2030', ''])(
    'refuses %j',
    text => {
      expect(() => instantOf(text)).toThrow(usage)
    },
  )
})

describe('a mistyped word', () => {
  const known = ['secrets get', 'secrets set', 'secrets list', 'vaults create', 'login', '--out-file']
  it.each([
    ['secrets gte', 'secrets get'],
    ['secrets lst', 'secrets list'],
    ['vaults craete', 'vaults create'],
    ['logn', 'login'],
    ['--outfile', '--out-file'],
    ['completely different', undefined],
    ['x', undefined],
  ])('%s gets the suggestion %s', (typed, meant) => {
    expect(nearest(typed, known)).toBe(meant)
  })
})

describe('a duration of days', () => {
  it('has a unit, since a bare number would be seconds', () => {
    expect(spanMs('14d')).toBe(14 * 86_400_000)
    for (const text of ['14', ' 7 ', '1.5', '-1d', '']) expect(() => spanMs(text)).toThrow(usage)
  })
})

describe('an alias', () => {
  it.each([
    ['secret get a', 'secrets get a'],
    ['vault list', 'vaults list'],
    ['policy create x', 'policies create x'],
    ['env run -- x', 'run -- x'],
    ['help secret get', 'secrets get --help'],
    ['help', '--help'],
    ['run secret', 'run secret'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('%s means %s', (typed, meant) => {
    expect(canonical(typed.split(' ').filter(Boolean)).join(' ')).toBe(meant)
  })

  it('is there for each topic in the plural', () => {
    const topics = new Set(
      Object.keys(manifest.commands).flatMap(id => id.split(':').map((_, end, words) => words.slice(0, end))),
    )
    const plural = [...topics].filter(words => /(?<!s|system)s$/.test(words.at(-1) ?? '') && words.join() !== 'admin,settings')
    expect(plural.length).toBeGreaterThan(10)
    for (const words of plural) {
      const last = (words.at(-1) ?? '').replace(/ies$/, 'y').replace(/s$/, '')
      expect(canonical([...words.slice(0, -1), last, 'list'])).toEqual([...words, 'list'])
    }
  })
})

describe('the conditions of a policy', () => {
  it('follow the flags', () => {
    expect(conditionsOf({})).toEqual({})
    expect(
      conditionsOf({ ip: ['10.0.0.0/8'], after: '08:00', before: '18:30', days: ['mon'], timezone: 'Europe/Berlin' }),
    ).toEqual({
      conditions: {
        ip_allowlist: ['10.0.0.0/8'],
        time_window: { after: '08:00', before: '18:30', days: ['mon'], timezone: 'Europe/Berlin' },
      },
    })
  })

  it.each([{ after: '8:00', before: '18:00' }, { after: '24:00', before: '10:00' }, { timezone: 'UTC' }])('refuse %j', flags => {
    expect(() => conditionsOf(flags)).toThrow(usage)
  })
})

it('the vocabulary of flags equals that of the contract', () => {
  expect(SECRET_TYPES).toEqual(CONTRACT_SECRET_TYPES)
  expect(PERMISSIONS).toEqual(CONTRACT_PERMISSIONS)
  expect(AUTH_METHODS).toEqual(CONTRACT_AUTH_METHODS)
  expect(SECRET_ORDERS).toEqual(CONTRACT_ORDERS)
  expect(REQUESTABLE).toEqual(CONTRACT_REQUESTABLE)
  expect(FOUND_KINDS).toEqual(CONTRACT_FOUND_KINDS)
  expect(CHARSETS).toEqual(rotateSecret.body.shape.charset.unwrap().options)
})

describe('the Node version', () => {
  it('is checked as in package.json', () => {
    expect(pjson.engines.node).toBe('^22.22.2 || ^24.15.0 || >=26')
  })

  it.each([
    ['20.19.0', false],
    ['22.22.1', false],
    ['22.22.2', true],
    ['22.23.0', true],
    ['23.11.0', false],
    ['24.14.9', false],
    ['24.15.0', true],
    ['25.9.0', false],
    ['26.0.0', true],
    ['30.1.2', true],
  ])('%s is supported: %s', (version, fits) => {
    expect(fitsNode(version)).toBe(fits)
  })
})
