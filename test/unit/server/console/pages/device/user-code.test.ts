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
])('writes %j as the terminal does, %j', (typed, canonical) => {
  expect(canonicalUserCode(typed)).toBe(canonical)
})

it('keeps a code that is none inside its parameter', () => {
  expect(verifyPath('A&B=C#D')).toBe('/cli/verify?code=A%26B%3DC%23D')
})
