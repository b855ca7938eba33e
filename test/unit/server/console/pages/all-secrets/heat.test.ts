import { describe, expect, it } from 'vitest'
import { squaresOf } from '../../../../../../server/console/pages/all-secrets/heat.ts'
import type { Listed } from '../../../../../../server/console/pages/all-secrets/listed.ts'

const NOW = Date.parse('2026-07-01T00:00:00Z')
const ID = '6f2b7c1e-0000-4000-8000-000000000000'

const listed = (path: string): Listed => ({
  id: path,
  vault_id: ID,
  vault_name: 'production',
  path,
  type: 'generic',
  version: 1,
  created_at: '2026-01-01T00:00:00Z',
  readers: 0,
  has_policy: false,
})

const many = (count: number, pathOf: (at: number) => string) => Array.from({ length: count }, (_, at) => listed(pathOf(at)))

describe('the squares of the heat map', () => {
  it('are single secrets while there are few', () => {
    expect(
      squaresOf(
        many(400, at => `a/${at}`),
        NOW,
      ),
    ).toHaveLength(400)
  })

  it('are the innermost folders that are few enough, however deep the secrets are', () => {
    const squares = squaresOf(
      many(5000, at => `team-${at % 40}/app-${at}/url`),
      NOW,
    )
    expect(squares).toHaveLength(40)
    expect(squares[0]?.label).toBe('team-0/ in production: 125 secrets, the oldest 181 days old')
  })

  it('are vaults where even the outermost folders are too many', () => {
    const [square, ...others] = squaresOf(
      many(500, at => `app-${at}/url`),
      NOW,
    )
    expect(others).toEqual([])
    expect(square?.label).toBe('All of production: 500 secrets, the oldest 181 days old')
  })
})
