import { expect, it } from 'vitest'
import { findingOf, shareOf } from '../../../../../../server/console/pages/vaults/access/finding.ts'

it.each([
  [0, 4, '○ none'],
  [1, 4, '◐ 1 of 4'],
  [4, 4, '● all 4'],
  [1200, 1200, '● all 1,200'],
])('a share of access is described: %i of %i', (can, of, shown) => {
  const { sign, text } = shareOf(can, of)
  expect(`${sign} ${text}`).toBe(shown)
})

it('the summary counts who can read all, some and nothing', () => {
  const who = (...secrets: number[]) => ({ principal_type: 'agent' as const, principal_id: 'x', name: 'x', secrets })
  const folders = [
    { name: 'db/', secrets: 1 },
    { name: 'stripe/', secrets: 2 },
  ]
  expect(findingOf({ folders, principals: [who(1, 2), who(0, 2), who(0, 0), who(0, 0)] })).toBe(
    '3 secrets: 1 of 4 people and agents can read all of them now, 1 some, 2 none.',
  )
})
