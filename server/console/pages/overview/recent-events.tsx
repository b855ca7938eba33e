import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { Events } from '../audit/events.tsx'

const SHOWN = 8
const EVERY_MS = 3_000

/** The latest events, as far as the person may see them. */
export function RecentEvents() {
  const events = useLoaded(client =>
    client.call('audit.events', { query: { kinds: 'reads,changes,sign-ins', limit: SHOWN } }).then(({ events }) => events),
  )
  useRefreshed(events.refresh, EVERY_MS)
  return (
    <Panel title="Recent activity">
      <LoadedView of={events} what="the last events">
        {rows => <Events caption="Recent activity" rows={rows} empty="Nothing has happened yet." />}
      </LoadedView>
    </Panel>
  )
}
