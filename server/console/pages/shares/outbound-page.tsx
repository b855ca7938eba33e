import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { Breakable } from '../../ui/data/breakable.tsx'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Link } from '../../ui/link.tsx'
import { EndShare } from './end-share.tsx'
import { isOver, type ListedShare, linkTo } from './listed-share.ts'
import { type Names, recipientOf } from './recipient.ts'
import { Left, ShareState } from './share-facts.tsx'
import { ShareLink } from './share-link.tsx'
import { ShareTabs } from './share-tabs.tsx'

/** `/shares/outbound`: the shares that the person has created. */
export function OutboundPage() {
  const [revoking, revoke] = useState<ListedShare | null>(null)
  const [linked, link] = useState<ListedShare | null>(null)
  const known = useLoaded(sharesAndNames)
  return (
    <Page title="Sharing" view="Shared by me">
      <ShareTabs here="/shares/outbound" />
      <LoadedView of={known} what="what you share">
        {({ shares, names }) => (
          <Table
            caption="Shared by me"
            columns={columns(names, link, revoke)}
            rows={shares}
            keyOf={({ id }) => id}
            empty={
              <>
                <p>You have no shares.</p>
                <p>
                  Open a secret in one of the <Link to="/vaults">vaults</Link> to share it, or use{' '}
                  <code>1claw shares create</code>.
                </p>
              </>
            }
          />
        )}
      </LoadedView>
      {linked && <ShareLink share={linked} onClose={() => link(null)} />}
      {revoking && (
        <EndShare
          share={revoking}
          verb="Revoke"
          consequence="Nobody can open it from now on. People who have already opened it know the value: change the secret if that matters."
          end={(client, id) => client.call('shares.revoke', { params: { share_id: id } })}
          onDone={known.reload}
          onClose={() => revoke(null)}
        />
      )}
    </Page>
  )
}

async function sharesAndNames(client: Client): Promise<{ shares: ListedShare[]; names: Names }> {
  const { shares } = await client.call('shares.outbound', { query: { include: 'parties' } })
  const for_ = (type: string) => shares.some(share => share.recipient_type === type)
  const [members, agents] = await Promise.all([
    for_('user') || for_('creator') ? client.call('org.members').then(reply => reply.members) : [],
    for_('agent') ? client.call('agents.list').then(reply => reply.agents) : [],
  ])
  return {
    shares,
    names: new Map([
      ...members.map(each => [each.id, each.email] as const),
      ...agents.map(each => [each.id, each.name] as const),
    ]),
  }
}

function columns(names: Names, link: (share: ListedShare) => void, revoke: (share: ListedShare) => void): Column<ListedShare>[] {
  return [
    { title: 'Secret', kind: 'name', cell: ({ secret_path: path }) => <Path>{path}</Path> },
    { title: 'For', cell: share => <Breakable text={recipientOf(share, names)} /> },
    { title: 'State', cell: share => <ShareState share={share} waiting="not accepted yet" /> },
    { title: 'Opens left', cell: share => <Left share={share} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: share => (
        <div className="actions">
          {!isOver(share) && (
            <CopyButton
              text={linkTo(share)}
              what={`the link to ${share.secret_path}`}
              label={['Copy link', `to ${share.secret_path}`]}
            />
          )}
          {!isOver(share) && <Button onClick={() => link(share)}>QR code</Button>}
          <Button onClick={() => revoke(share)}>{isOver(share) ? 'Remove' : 'Revoke'}</Button>
        </div>
      ),
    },
  ]
}
