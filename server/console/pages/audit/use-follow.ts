import { useEffect, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import type { AuditEvent } from './event.ts'
import { type EventQuery, queryOf } from './event-query.ts'

const EVERY_MS = 3_000
/** The most new rows that are kept. */
const MOST = 500

/**
 * New events since the shown ones, polled every three seconds while the page is visible. Rows do not move while `paused`: nobody can read
 * or open a moving row.
 */
export function useFollow(on: boolean, question: EventQuery, newest: number | undefined, paused: () => boolean) {
  const [rows, setRows] = useState<readonly AuditEvent[]>([])
  const seq = useRef<number>(undefined)
  const asked = JSON.stringify([on, newest, queryOf(question)])
  const latest = useRef(asked)
  latest.current = asked
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query starts from the beginning.
  useEffect(() => {
    setRows([])
    seq.current = on ? newest : undefined
  }, [asked])
  useRefreshed(async background => {
    if (seq.current === undefined || paused()) return
    const found = await since(background, queryOf(question), seq.current).catch(() => [])
    const last = found.at(-1)
    if (!last || latest.current !== asked) return
    seq.current = last.seq
    setRows(before => [...found.toReversed(), ...before].slice(0, MOST))
  }, EVERY_MS)
  return rows
}

async function since(client: Client, query: object, seq: number): Promise<AuditEvent[]> {
  const { events } = await client.call('audit.events', { query: { ...query, order: 'asc', cursor: String(seq), limit: 100 } })
  return events
}
