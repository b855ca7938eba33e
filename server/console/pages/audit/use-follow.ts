import { useEffect, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import type { AuditEvent } from './event.ts'
import { type Question, queryOf } from './question.ts'

const EVERY_MS = 3_000
/** Rows that are kept of what came in. */
const MOST = 500

/**
 * What has happened since the events that are shown, asked for every three seconds while somebody looks at the page. Rows stand still
 * while `paused` says so: nobody reads, or opens, a row that moves away.
 */
export function useFollow(on: boolean, question: Question, newest: number | undefined, paused: () => boolean) {
  const { client } = useSignedIn()
  const [rows, setRows] = useState<readonly AuditEvent[]>([])
  const latest = useRef({ paused, seq: 0 })
  latest.current.paused = paused
  const key = JSON.stringify(queryOf(question))
  useEffect(() => {
    setRows([])
    if (!on || newest === undefined) return
    latest.current.seq = newest
    let under = false
    const look = async () => {
      if (under || document.hidden || latest.current.paused()) return
      under = true
      const found = await since(client, JSON.parse(key), latest.current.seq).catch(() => [])
      under = false
      const last = found.at(-1)
      if (!last) return
      latest.current.seq = last.seq
      setRows(before => [...found.toReversed(), ...before].slice(0, MOST))
    }
    const timer = setInterval(() => void look(), EVERY_MS)
    return () => clearInterval(timer)
  }, [on, newest, key, client])
  return rows
}

async function since(client: Client, query: object, seq: number): Promise<AuditEvent[]> {
  const { events } = await client.call('audit.events', { query: { ...query, order: 'asc', cursor: String(seq), limit: 100 } })
  return events
}
