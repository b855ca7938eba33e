import { useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { Activity } from './activity.tsx'
import type { AuditEvent } from './event.ts'
import { ExportMenu } from './export-menu.tsx'
import { Filters } from './filters.tsx'
import { LogTable } from './log-table.tsx'
import { daysIn, type Question, queryOf } from './question.ts'
import { useFollow } from './use-follow.ts'
import { useQuestion } from './use-question.ts'

const PAGE = 50

/** The log and all that can be asked of it; `fixed` is what a page asks for its reader. Inside of `NamesHere`. */
export function Log({ fixed = {} }: { fixed?: Question }) {
  const { question, addressOf, ask } = useQuestion(fixed)
  const { cursor } = question
  const key = JSON.stringify([queryOf(question), cursor])
  const events = useLoaded(client => pageOf(client, question), key)
  const [following, follow] = useState(false)
  const table = useRef<HTMLDivElement>(null)
  const isFirst = cursor === undefined
  const shown = events.state.at === 'loaded' ? events.state.value : undefined
  const canFollow = isFirst && question.to === undefined
  const isBusy = () => table.current?.matches(':hover, :focus-within') ?? false
  const fresh = useFollow(following && canFollow, question, shown && (shown.events[0]?.seq ?? shown.head), isBusy)
  return (
    <>
      <Activity
        narrowed={question}
        onChoose={(from, to) => ask(daysIn(from, to))}
        addressOf={day => addressOf(daysIn(day, day))}
      />
      <div className="log-head">
        <Filters question={question} fixed={fixed} addressOf={addressOf} ask={ask} />
        <div className="actions">
          {canFollow && (
            <Button onClick={() => follow(!following)} aria-pressed={following}>
              {following ? 'Following' : 'Follow'}
            </Button>
          )}
          <ExportMenu question={question} />
        </div>
      </div>
      <LoadedView of={events} what="the events">
        {({ events: rows, next_cursor: next }) => (
          <div ref={table} className="log-rows">
            <Rows rows={[...fresh, ...rows]} />
            {(!isFirst || next !== undefined) && (
              <nav className="pages" aria-label="Pages of events">
                {!isFirst && (
                  <Link to={addressOf({})} className="button button-plain">
                    Newest
                  </Link>
                )}
                {next !== undefined && (
                  <Link to={addressOf({ cursor: next })} className="button button-plain">
                    Older
                  </Link>
                )}
              </nav>
            )}
          </div>
        )}
      </LoadedView>
    </>
  )
}

function Rows({ rows }: { rows: readonly AuditEvent[] }) {
  if (rows.length === 0) return <div className="empty">No events match these filters.</div>
  return <LogTable rows={rows} />
}

/** A page, and the newest event of all: what comes after it is new, also where nothing is shown. */
async function pageOf(client: Client, question: Question) {
  const { cursor } = question
  const page = await client.call('audit.events', { query: { ...queryOf(question), limit: PAGE, ...(cursor && { cursor }) } })
  const [newest] = page.events.length > 0 ? page.events : (await client.call('audit.events', { query: { limit: 1 } })).events
  return { ...page, head: newest?.seq ?? 0 }
}
