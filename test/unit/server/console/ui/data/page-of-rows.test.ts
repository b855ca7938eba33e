import { expect, it } from 'vitest'
import { cut } from '../../../../../../server/console/ui/data/page-of-rows.ts'

const all = Array.from({ length: 101 }, (_, index) => index)

it.each([
  [1, 1, 0, 50],
  [3, 3, 100, 1],
  [4, 3, 100, 1],
  [0, 1, 0, 50],
  [-7, 1, 0, 50],
  [1.5, 1, 0, 50],
  [Number.NaN, 1, 0, 50],
])('page %d of a list that has three is page %d', (asked, page, first, length) => {
  const found = cut(all, asked, 50)
  expect(found).toMatchObject({ page, pages: 3 })
  expect(found.rows).toHaveLength(length)
  expect(found.rows[0]).toBe(first)
})

it('has one page when it is empty', () => {
  expect(cut([], 1, 50)).toEqual({ rows: [], page: 1, pages: 1 })
})
