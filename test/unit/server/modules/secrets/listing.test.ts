import { expect, it } from 'vitest'
import { secretPages } from '../../../../../server/modules/secrets/listing.ts'
import type { MayRead } from '../../../../../server/policy/grant.ts'

const PATHS = Array.from({ length: 2000 }, (_, n) => String(n).padStart(4, '0'))
const vault = { id: 'v', orgId: 'o' }

/** Lists 2,000 secrets, of which some are readable, and records the number of rows that each query requested. */
async function listed(limit: number | undefined, isReadable: (path: string) => boolean = () => true) {
  const asked: number[] = []
  const pages = secretPages(async (_vault, range) => {
    asked.push(range.limit)
    const from = range.after === undefined ? 0 : PATHS.indexOf(range.after) + 1
    return PATHS.slice(from, from + range.limit).map(path => ({ path }))
  })
  const mayRead: MayRead = Object.assign(isReadable, { heads: undefined, basis: () => '' })
  const { rows, next_cursor } = await pages(vault, mayRead, '', { limit })
  return { asked, paths: rows.map(({ path }) => path), hasNext: next_cursor !== undefined }
}

it.each([
  [1000, [334, 334, 334]],
  [undefined, [334, 334, 334]],
  [500, [251, 251]],
  [10, [11]],
])('a page of %s is fetched in equal parts, none of which is large', async (limit, parts) => {
  const { asked, paths, hasNext } = await listed(limit)
  expect(asked).toEqual(parts)
  expect(paths).toEqual(PATHS.slice(0, limit ?? 1000))
  expect(hasNext).toBe(true)
})

it('a page has all that its caller can read, however many rows lie between', async () => {
  const { paths, hasNext } = await listed(10, path => path.endsWith('99'))
  expect(paths).toEqual(PATHS.filter(path => path.endsWith('99')).slice(0, 10))
  expect(hasNext).toBe(true)
})
