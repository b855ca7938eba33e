import { type ReactNode, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { Activity } from './activity.tsx'
import type { AuditEvent } from './event.ts'
import { type EventQuery, queryOf, timesIn } from './event-query.ts'
import { ExportMenu } from './export-menu.tsx'
import { Filters } from './filters.tsx'
import { LogTable } from './log-table.tsx'
import { MinuteBars } from './minute-bars.tsx'
import { days, ONE_DAY, periodIn } from './period.ts'
import { Periods } from './periods.tsx'
import { useEventQuery } from './use-event-query.ts'
import { useFollow } from './use-follow.ts'

const PAGE = 50
const PERIODS = [days(14), ONE_DAY, days(30), days(90)] as const

interface LogProps {
  /** The page's own filter. */
  fixed?: EventQuery
  /** A page with its own place for the buttons wraps the rest. */
  around?: (buttons: ReactNode, rest: ReactNode) => ReactNode
}

/** The log with its filters. Must be inside `NamesHere`. */
export function Log({ fixed = {}, around }: LogProps) {
  const { question, addressOf, ask } = useEventQuery(fixed)
  const { cursor } = question
  const period = periodIn(question, PERIODS)
  const key = JSON.stringify([queryOf(question), cursor])
  const events = useLoaded(client => pageOf(client, question), key, { until: 'previous' })
  const [following, follow] = useState(false)
  const table = useRef<HTMLDivElement>(null)
  const isFirst = cursor === undefined
  const shown = events.state.at === 'loaded' ? events.state.value : undefined
  const isStale = events.state.at === 'loaded' && events.state.isStale === true
  const canFollow = isFirst && question.to === undefined
  const isBusy = () => table.current?.matches(':hover, :focus-within') ?? false
  const fresh = useFollow(following && canFollow, question, shown && (shown.events[0]?.seq ?? shown.head), isBusy)
  const buttons = (
    <>
      {canFollow && (
        <Button onClick={() => follow(!following)} aria-pressed={following}>
          {following ? 'Following' : 'Follow'}
        </Button>
      )}
      <ExportMenu question={question} />
    </>
  )
  const rest = (
    <>
      <Activity
        period={period}
        periods={<Periods choices={PERIODS} chosen={period} addressOf={addressOf} />}
        narrowed={question}
        onChoose={(from, to) => ask(timesIn(from, to))}
        addressOf={addressOf}
      />
      <div className="log-head">
        <Filters question={question} fixed={fixed} addressOf={addressOf} ask={ask} />
        {!around && <div className="actions">{buttons}</div>}
      </div>
      <LoadedView of={events} what="the events">
        {({ events: rows, next_cursor: next }) => (
          <div ref={table} className="log-rows" aria-busy={isStale}>
            {following && canFollow && <MinuteBars events={[...fresh, ...rows]} isComplete={next === undefined} />}
            <Rows rows={[...fresh, ...rows]} />
            {(!isFirst || next !== undefined) && (
              <Paging newest={isFirst ? undefined : addressOf({})} older={next && addressOf({ cursor: next })} />
            )}
          </div>
        )}
      </LoadedView>
    </>
  )
  return around ? around(buttons, rest) : rest
}

function Paging({ newest, older }: { newest: string | undefined; older: string | undefined }) {
  return (
    <nav className="pages" aria-label="Pages of events">
      {newest !== undefined && (
        <Link to={newest} className="button button-plain">
          Newest
        </Link>
      )}
      {older !== undefined && (
        <Link to={older} className="button button-plain">
          Older
        </Link>
      )}
    </nav>
  )
}

function Rows({ rows }: { rows: readonly AuditEvent[] }) {
  if (rows.length === 0) return <div className="empty">No events match these filters.</div>
  return <LogTable rows={rows} />
}

/** A page, and the newest event of all: later events are new, even if nothing is shown. */
async function pageOf(client: Client, question: EventQuery) {
  const { cursor } = question
  const page = await client.call('audit.events', { query: { ...queryOf(question), limit: PAGE, ...(cursor && { cursor }) } })
  const [newest] = page.events.length > 0 ? page.events : (await client.call('audit.events', { query: { limit: 1 } })).events
  return { ...page, head: newest?.seq ?? 0 }
}
