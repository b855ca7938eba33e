import { expect, it } from 'vitest'
import { canonicalUserCode, verifyPath } from '../../../../../../server/console/pages/device/user-code.ts'

it.each([
  ['BCDF-GHJK', 'BCDF-GHJK'],
  ['bcdfghjk', 'BCDF-GHJK'],
  ['  bcdf ghjk ', 'BCDF-GHJK'],
  ['b-c-d-f-g-h-j-k', 'BCDF-GHJK'],
  [' bcdf ', 'BCDF'],
  ['bcdf-ghjkl', 'BCDF-GHJKL'],
  ['', ''],
])('a code is written as on the terminal: %j, %j', (typed, canonical) => {
  expect(canonicalUserCode(typed)).toBe(canonical)
})

it('an invalid code stays inside its parameter', () => {
  expect(verifyPath('A&B=C#D')).toBe('/cli/verify?code=A%26B%3DC%23D')
})
