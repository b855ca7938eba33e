import type { Contract } from '../../../../src/contract/all.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { browserOf } from './browser-of.ts'

type ConsoleSession = Contract['console-session.list']['reply']['sessions'][number]

/** Where the person is signed in to the console, and how to end it. */
export function Sessions() {
  const announce = useAnnounce()
  const sessions = useLoaded(client => client.call('console-session.list').then(reply => reply.sessions))
  const end = useAction((client, session: ConsoleSession) =>
    client.call('console-session.revoke', { params: { session_id: session.id } }),
  )
  const onEnd = async (session: ConsoleSession) => {
    if (await end.run(session)) announce('Session revoked.')
    await sessions.reload()
  }
  const columns: Column<ConsoleSession>[] = [
    { title: 'Browser', kind: 'name', cell: ({ user_agent }) => browserOf(user_agent) },
    { title: 'Address', kind: 'short', cell: ({ ip_address }) => ip_address },
    { title: 'Signed in', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Last used', cell: ({ last_used_at }) => <When instant={last_used_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: session =>
        session.is_current ? (
          <Badge tone="good">This one</Badge>
        ) : (
          <Button busy={end.busy} onClick={() => onEnd(session)}>
            Revoke<span className="only-heard"> the session of {browserOf(session.user_agent)}</span>
          </Button>
        ),
    },
  ]
  return (
    <Panel title="Sessions">
      <p>Browsers that are signed in to this console. A session ends 12 hours after its last use, and after 7 days.</p>
      <Alert>{end.failure}</Alert>
      <LoadedView of={sessions} what="your sessions">
        {rows => (
          <Table
            caption="Sessions"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty="This browser keeps no session: reloading the page signs you out."
          />
        )}
      </LoadedView>
    </Panel>
  )
}
