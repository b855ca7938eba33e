import { expect, it } from 'vitest'
import type { Summary } from '../../../../../../server/console/pages/secrets/secret.ts'
import { bucketsOf, spanOf, timelineOf } from '../../../../../../server/console/pages/secrets/versions/timeline.ts'

const NOW = Date.parse('2026-03-29T00:30:00Z')
const MINUTE = 60_000

const version = (number: number, ago: number): Summary => ({
  id: String(number),
  path: 'db/url',
  type: 'password',
  version: number,
  metadata: {},
  created_at: new Date(NOW - ago).toISOString(),
})

const spans = (versions: Summary[], days: { day: string; reads: number }[]) => {
  const life = timelineOf(versions, { principals: [], days }, [], NOW)
  return bucketsOf(life, 28)
    .filter(({ reads }) => reads > 0)
    .map(bucket => spanOf(bucket, life))
}

it('the reads of a young secret are after its first version, and not on the whole day', () => {
  const [span] = spans([version(1, 10 * MINUTE)], [{ day: '2026-03-29', reads: 7 }])
  expect(span).toEqual({ start: NOW - 10 * MINUTE, end: NOW })
  const life = timelineOf([version(1, 10 * MINUTE)], { principals: [] }, [], NOW)
  expect(life.from).toBe(NOW - 60 * MINUTE)
})

it('reads of versions that were removed are within the timeline', () => {
  const reads = [
    { day: '2026-03-20', reads: 2 },
    { day: '2026-03-28', reads: 1 },
  ]
  expect(spans([version(3, 10 * MINUTE)], reads)).toEqual([
    { start: Date.parse('2026-03-20'), end: Date.parse('2026-03-21') },
    { start: Date.parse('2026-03-28'), end: Date.parse('2026-03-29') },
  ])
})
