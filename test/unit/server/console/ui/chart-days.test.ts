import { describe, expect, it } from 'vitest'
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
})
