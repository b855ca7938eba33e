import { describe, expect, it } from 'vitest'
import { barsOf } from '../../../../../server/console/ui/chart/bars.ts'
import { spansOf } from '../../../../../server/console/ui/chart/days.ts'

describe('the bars of days', () => {
  it('are single days', () => {
    expect(spansOf('2026-02-27', '2026-03-01', 1)).toEqual([
      { from: '2026-02-27', to: '2026-02-27' },
      { from: '2026-02-28', to: '2026-02-28' },
      { from: '2026-03-01', to: '2026-03-01' },
    ])
  })

  it('are weeks that end with the last day; the first may be shorter', () => {
    expect(spansOf('2026-02-20', '2026-03-01', 7)).toEqual([
      { from: '2026-02-20', to: '2026-02-22' },
      { from: '2026-02-23', to: '2026-03-01' },
    ])
  })

  it('are hours from the first to the last, over the end of a day', () => {
    const [first, last] = ['2026-02-28T22:00:00.000Z', '2026-03-01T01:00:00.000Z']
    const spans = spansOf(first, last, 1, 'hour')
    expect(spans.map(({ from }) => from.slice(8, 13))).toEqual(['28T22', '28T23', '01T00', '01T01'])
    expect(spans.every(({ from, to }) => from === to)).toBe(true)
    const counts = [
      { day: last, key: 'a', count: 4 },
      { day: first, key: 'a', count: 2 },
    ]
    const { pieces, most } = barsOf(
      spans.map(({ from }) => from),
      ['a'],
      counts,
      { width: 40, height: 8 },
    )
    expect([most, pieces.map(({ day, height }) => [day, height])]).toEqual([
      4,
      [
        [first, 4],
        [last, 8],
      ],
    ])
  })

  it('fill the picture with small amounts, too', () => {
    const { pieces, most } = barsOf(['2026-03-01'], ['a'], [{ day: '2026-03-01', key: 'a', count: 0.001 }], {
      width: 40,
      height: 8,
    })
    expect([most, pieces.map(({ height }) => height)]).toEqual([0.001, [8]])
  })
})
