import type { EventRow } from './chaining.ts'

/** The path that an event is about, or else its resource; patterns are matched on it. */
export function placeOf({ resource_id, details }: Pick<EventRow, 'resource_id' | 'details'>): string {
  const { path } = details.includes('"path"') ? (JSON.parse(details) as { path?: unknown }) : {}
  return typeof path === 'string' ? path : resource_id
}
