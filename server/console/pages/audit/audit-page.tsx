import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Pages } from '../../ui/data/pages.tsx'
import { useQuery } from '../../ui/data/query.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { Activity } from './activity.tsx'
import { Chain } from './chain.tsx'
import { Events } from './events.tsx'
import { FILTERS, type Filter, FilterForm, filterIn } from './filter-form.tsx'

const PAGE = 50

/** `/audit`: what happened, newest first, and whether the record of it is whole. */
export function AuditPage() {
  return (
    <NamesHere>
      <Trail />
    </NamesHere>
  )
}

function Trail() {
  const { account } = useSignedIn()
  const [query, change] = useQuery()
  const filter = filterIn(query)
  /** Cursors of the pages gone through, the newest page first: the last one is shown. */
  const [cursors, setCursors] = useState<readonly string[]>([])
  const cursor = cursors.at(-1)
  const key = JSON.stringify({ filter, cursor })
  const events = useLoaded(
    client => client.call('audit.events', { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) } }),
    key,
  )
  const search = (next: Filter) => {
    change(Object.fromEntries(FILTERS.map(name => [name, next[name] ?? ''])))
    setCursors([])
    if (JSON.stringify({ filter: next }) === key) void events.reload()
  }
  const seesAll = account.role !== 'member'
  return (
    <Page title="Audit">
      {seesAll ? <Chain /> : <p className="quiet">You see what you did yourself; owners and admins see everything.</p>}
      <Activity />
      <FilterForm filter={filter} onSearch={search} />
      <LoadedView of={events} what="the events">
        {({ events: rows, next_cursor: next }) => (
          <>
            <Events caption="Events, newest first" rows={rows} full empty="No events match these filters." />
            <Pages
              of="events"
              labels={['Newer', 'Older']}
              onPrevious={cursors.length > 0 ? () => setCursors(cursors.slice(0, -1)) : undefined}
              onNext={next === undefined ? undefined : () => setCursors([...cursors, next])}
            />
          </>
        )}
      </LoadedView>
    </Page>
  )
}
