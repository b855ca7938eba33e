import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { until } from '../../time.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Empty } from '../../ui/data/empty.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { InvitationLink } from './invitation-link.tsx'

type Invitation = Contract['org.invitations']['reply']['invitations'][number]

/** The pending invitations. */
export function Invitations({ onInvite }: { onInvite(): void }) {
  const announce = useAnnounce()
  const [linked, link] = useState<Invitation | null>(null)
  const invitations = useLoaded(client => client.call('org.invitations').then(reply => reply.invitations))
  const revoke = useAction((client, { id }: Invitation) =>
    client.call('org.revoke-invitation', { params: { invitation_id: id } }),
  )
  const onRevoke = async (invitation: Invitation) => {
    if (await revoke.run(invitation)) announce(`The invitation of ${invitation.email} is revoked.`)
    await invitations.reload()
  }
  const columns: Column<Invitation>[] = [
    { title: 'Address', kind: 'name', cell: ({ email }) => email },
    { title: 'Role', cell: ({ role }) => role },
    { title: 'Invited', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Expires', cell: ({ expires_at }) => until(new Date(expires_at), new Date()) },
    {
      title: 'Actions',
      kind: 'actions',
      cell: invitation => (
        <div className="actions">
          <Button onClick={() => link(invitation)}>
            Copy link<span className="only-heard"> to the invitation of {invitation.email}</span>
          </Button>
          <Button busy={revoke.busy} onClick={() => onRevoke(invitation)}>
            Revoke<span className="only-heard"> the invitation of {invitation.email}</span>
          </Button>
        </div>
      ),
    },
  ]
  return (
    <Panel title="Open invitations">
      <Alert>{revoke.failure}</Alert>
      <LoadedView of={invitations} what="the invitations">
        {rows => (
          <Table
            caption="Open invitations"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty={
              <Empty action={<Button onClick={onInvite}>Invite someone</Button>} command="1claw org invite grace@example.com">
                No open invitations. People you invite are listed here until they join, with a link that you can send yourself.
              </Empty>
            }
          />
        )}
      </LoadedView>
      {linked && <InvitationLink invitation={linked} onClose={() => link(null)} />}
    </Panel>
  )
}
