import { expect, it } from 'vitest'
import { howMany } from '../../../../../src/cli/output/how-many.ts'

it('a count has its noun in the right number', () => {
  expect([0, 1, 2].map(count => howMany(count, 'key'))).toEqual(['0 keys', '1 key', '2 keys'])
  expect([1, 2].map(count => howMany(count, 'policy', 'policies'))).toEqual(['1 policy', '2 policies'])
})
