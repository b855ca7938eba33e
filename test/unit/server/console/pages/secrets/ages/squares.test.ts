import { describe, expect, it } from 'vitest'
import { type Aged, findingOf } from '../../../../../../../server/console/pages/secrets/ages/age.ts'
import { LEGEND, ofLegend, pressedOf, textOf } from '../../../../../../../server/console/pages/secrets/ages/legend.ts'
import {
  indexAt,
  levelsPath,
  movedBy,
  spotOf,
  squaresPath,
} from '../../../../../../../server/console/pages/secrets/ages/shape.ts'
import { addressOf, describedSquare, groupsOf } from '../../../../../../../server/console/pages/secrets/ages/squares.ts'

const NOW = Date.parse('2026-07-01T00:00:00Z')
const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString()

const aged = (path: string, more: Partial<Aged> = {}, vault = 'production'): Aged => ({
  id: `${vault} ${path}`,
  vault_id: `id of ${vault}`,
  vault_name: vault,
  path,
  created_at: ago(181),
  ...more,
})

const many = (count: number, pathOf: (at: number) => string) => Array.from({ length: count }, (_, at) => aged(pathOf(at)))

const shownIn = (secrets: readonly Aged[]) =>
  groupsOf(secrets, NOW).map(({ name, groups }) => [name, ...groups.map(({ label, squares }) => `${label} ${squares.length}`)])

const labelsIn = (secrets: readonly Aged[]) =>
  groupsOf(secrets, NOW).flatMap(({ groups }) => groups.flatMap(({ squares }) => squares.map(each => describedSquare(each, NOW))))

describe('the squares of the map of ages', () => {
  it('are grouped by vault and folder', () => {
    const paths = ['api-key', 'db/one', 'db/two', 'db/replica/three']
    expect(shownIn([...paths.map(path => aged(path)), aged('flat', {}, 'staging')])).toEqual([
      ['production', 'Outside of folders 1', 'db/ 2', 'db/replica/ 1'],
      ['staging', ' 1'],
    ])
  })

  it('are single secrets below 2,000, and say what is known of each', () => {
    const secrets = [
      aged('db/url', { expires_at: ago(-3), last_read_at: ago(1) }),
      aged('db/key', { created_at: ago(1), expires_at: ago(2) }),
    ]
    expect(labelsIn(secrets)).toEqual([
      'db/url in production: 181 days old, expires in 3 days',
      'db/key in production: 1 day old, not read in 90 days',
    ])
    expect(groupsOf(secrets, NOW)[0]?.groups[0]?.squares.map(addressOf)).toEqual([
      '/vaults/production/secrets/db/url',
      '/vaults/production/secrets/db/key',
    ])
    expect(labelsIn(many(1999, at => `a/${at}`))).toHaveLength(1999)
  })

  it('are the innermost folders that are few enough from 2,000 on, as old as the oldest secret in them', () => {
    const secrets = many(5000, at => `team-${at % 40}/app-${at}/url`).map((secret, at) =>
      at < 40 ? secret : { ...secret, created_at: ago(2) },
    )
    const labels = labelsIn(secrets)
    expect(labels).toHaveLength(40)
    expect(labels[0]).toBe('team-0/ in production: 125 secrets, the oldest 181 days old, not read in 90 days')
    expect(groupsOf(secrets, NOW)[0]?.groups[0]?.squares.map(addressOf)[1]).toBe('/vaults/production/folders/team-1')
    expect(labelsIn(many(2000, at => `a/${at}`))).toHaveLength(1)
  })

  it('are vaults where even the outermost folders are too many', () => {
    expect(labelsIn(many(2500, at => `app-${at}/url`))).toEqual([
      'All of production: 2,500 secrets, the oldest 181 days old, not read in 90 days',
    ])
  })

  it('have at most as many labels as anyone reads', () => {
    expect(shownIn(many(1900, at => `team-${at % 90}/app-${at}/url`))[0]).toHaveLength(91)
    expect(shownIn(many(1900, at => `app-${at}/url`))).toEqual([['production', ' 1900']])
  })

  it('are drawn as one path for each shade, where the pointer finds them', () => {
    const squares =
      groupsOf(
        many(5, at => `db/${at}`),
        NOW,
      )[0]?.groups[0]?.squares ?? []
    expect(squaresPath(squares, 3).match(/M/g)).toHaveLength(5)
    expect(levelsPath(squares, 3, 3).match(/M/g)).toHaveLength(5)
    expect(levelsPath(squares, 3, 0)).toBe('')
    for (const index of [0, 1, 2, 3, 4]) {
      const { x, y } = spotOf(index, 3)
      expect(indexAt(x + 12, y + 12, 3, 5)).toBe(index)
    }
    expect(indexAt(2 * 24 + 12, 24 + 12, 3, 5)).toBeUndefined()
  })

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowDown', 1, 4],
    ['ArrowDown', 2, 4],
    ['ArrowDown', 3, 6],
    ['ArrowUp', 1, -2],
    ['Home', 4, 0],
    ['End', 1, 4],
    ['a', 1, undefined],
  ])('move with %s from %i to %i among five in rows of three', (key, from, to) => {
    expect(movedBy(key, from, 3, 5)).toBe(to)
  })
})

describe('the legend of the map', () => {
  const secrets = [
    aged('new', { created_at: ago(1), last_read_at: ago(1) }),
    aged('old'),
    aged('ending', { expires_at: ago(-5) }),
    aged('middle', { created_at: ago(20), expires_at: ago(-5) }),
  ]
  const left = (pressed: readonly string[] | undefined) => ofLegend(secrets, pressed, NOW).map(({ path }) => path)

  it('filters by any of the pressed shades, and by all of the pressed marks', () => {
    expect(left(undefined)).toEqual(['new', 'old', 'ending', 'middle'])
    expect(left([])).toEqual(['new', 'old', 'ending', 'middle'])
    expect(left(['week', 'month'])).toEqual(['new', 'middle'])
    expect(left(['older', 'ends'])).toEqual(['ending'])
    expect(left(['ends', 'unread'])).toEqual(['ending', 'middle'])
  })

  it('is in the address, where unknown names are ignored', () => {
    for (const pressed of [undefined, [], ['week', 'ends'], LEGEND.map(({ name }) => name)]) {
      expect(pressedOf(new URLSearchParams({ map: textOf(pressed) }))).toEqual(pressed)
    }
    expect(pressedOf(new URLSearchParams('map=nothing,older'))).toEqual(['older'])
  })

  it('has a finding next to it, in a sentence', () => {
    expect(findingOf(secrets, NOW)).toBe(
      '50 % of 4 values are older than 90 days; 2 expire within 30 days; 3 were not read in 90 days.',
    )
    expect(findingOf([], NOW)).toBe('No secret matches.')
  })

  it('are filled the higher the older, so that a shade is not only a colour', () => {
    const heightOf = (shade: number) => {
      const [square] = groupsOf([aged('a/b')], NOW)[0]?.groups[0]?.squares ?? []
      return square && Number(/v(\d+)/.exec(levelsPath([{ ...square, shade }], 1, shade))?.[1] ?? 0)
    }
    expect([0, 1, 2, 3].map(heightOf)).toEqual([0, 6, 13, 19])
  })
})
