import { useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Breakable } from '../../ui/data/breakable.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Link } from '../../ui/link.tsx'
import { EndShare } from './end-share.tsx'
import { isOver, type ListedShare, phaseOf } from './listed-share.ts'
import { Left, ShareState } from './share-facts.tsx'
import { ShareTabs } from './share-tabs.tsx'

/** `/shares`: the shares of others with the person. */
export function InboundPage() {
  const [declining, decline] = useState<ListedShare | null>(null)
  const announce = useAnnounce()
  const shares = useLoaded(client => client.call('shares.inbound', { query: { include: 'parties' } }).then(reply => reply.shares))
  const accepting = useAction((client, share: ListedShare) => client.call('shares.accept', { params: { share_id: share.id } }))
  const accept = async (share: ListedShare) => {
    const done = await accepting.run(share)
    if (done) announce(`You accepted ${share.secret_path}. It can be opened now.`)
    // Also after a failure: the share was revoked or has ended, and the list must show that.
    await shares.reload()
  }
  const columns: Column<ListedShare>[] = [
    { title: 'Secret', kind: 'name', cell: ({ secret_path: path }) => <Path>{path}</Path> },
    { title: 'From', cell: ({ shared_by: by = 'Someone whose account was deleted' }) => <Breakable text={by} /> },
    { title: 'State', cell: share => <ShareState share={share} waiting="new" /> },
    { title: 'Opens left', cell: share => <Left share={share} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: share => <Answers share={share} busy={accepting.busy} onAccept={accept} onDecline={decline} />,
    },
  ]
  return (
    <Page title="Sharing">
      <ShareTabs here="/shares" />
      <Alert>{accepting.failure}</Alert>
      <LoadedView of={shares} what="the shares with you">
        {rows => (
          <Table
            caption="Shared with me"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty="No secrets are shared with you. What is shared with your address appears here once you have confirmed it."
          />
        )}
      </LoadedView>
      {declining && (
        <EndShare
          share={declining}
          verb="Decline"
          consequence="You can no longer open it unless it is shared again."
          end={(client, id) => client.call('shares.decline', { params: { share_id: id } })}
          onDone={shares.reload}
          onClose={() => decline(null)}
        />
      )}
    </Page>
  )
}

interface AnswersProps {
  share: ListedShare
  busy: boolean
  onAccept(share: ListedShare): Promise<void>
  onDecline(share: ListedShare): void
}

function Answers({ share, busy, onAccept, onDecline }: AnswersProps) {
  return (
    <div className="actions">
      {phaseOf(share) === 'waiting' && (
        <Button kind="primary" busy={busy} onClick={() => onAccept(share)}>
          Accept
        </Button>
      )}
      {phaseOf(share) === 'open' && (
        <Link to={`/shares/${share.id}`} className="button button-primary">
          Open
        </Link>
      )}
      <Button onClick={() => onDecline(share)}>{isOver(share) ? 'Remove' : 'Decline'}</Button>
    </div>
  )
}
