import type { Client } from '../../client/client.ts'
import type { Context } from '../context/context.ts'
import { isPassing } from '../session/passing.ts'
import type { AuditEvent, EventQuery } from './trail.ts'

const EVERY_MS = 2000
/** While the server cannot be reached. */
const AT_MOST_MS = 30_000
const PAGE = 1000

/**
 * Yields events as they happen, each once and in order, until the signal aborts. An unreachable server is retried at growing intervals, and
 * reported once on stderr.
 * @param after number of the newest known event
 */
export async function followed(
  context: Pick<Context, 'sleep' | 'stderr'>,
  client: Client,
  query: EventQuery,
  after: number,
  show: (event: AuditEvent) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let seen = after
  let failures = 0
  for (;;) {
    try {
      await context.sleep(Math.min(EVERY_MS * 2 ** failures, AT_MOST_MS), signal)
      const found = await eventsAfter(client, query, seen, signal)
      for (const event of found) await show(event)
      seen = found.at(-1)?.seq ?? seen
      if (failures > 0) context.stderr.write('note: the server responds again.\n')
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      if (!isPassing(error)) throw error
      if (failures++ === 0) context.stderr.write(`note: ${error.message} Trying again.\n`)
    }
  }
}

/** Reads pages, newest first, until a known event is reached; returns them oldest first. */
async function eventsAfter(client: Client, query: EventQuery, seen: number, signal: AbortSignal): Promise<AuditEvent[]> {
  const found: AuditEvent[] = []
  let cursor: string | undefined
  do {
    const page = await client.call(
      'audit.events',
      { query: { ...query, order: 'desc', limit: PAGE, ...(cursor !== undefined && { cursor }) } },
      { signal },
    )
    const fresh = page.events.filter(({ seq }) => seq > seen)
    found.push(...fresh)
    cursor = fresh.length === page.events.length ? page.next_cursor : undefined
  } while (cursor !== undefined)
  return found.reverse()
}
