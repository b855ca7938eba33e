import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { ChangeRole } from './change-role.tsx'
import { Invitations } from './invitations.tsx'
import { InviteMember } from './invite-member.tsx'
import type { Member } from './member.ts'
import { RemoveMember } from './remove-member.tsx'
import { ResetMfa } from './reset-mfa.tsx'

type Asking =
  | { readonly what: 'role' | 'removal' | 'second-factor'; readonly member: Member }
  | { readonly what: 'invitation' }
  | null

/** `/members`: the members of the organisation, their roles, and the invitations. */
export function MembersPage() {
  const { account } = useSignedIn()
  const [asking, ask] = useState<Asking>(null)
  useAskedFor('new', () => ask({ what: 'invitation' }))
  const [invited, setInvited] = useState(0)
  const members = useLoaded(client => client.call('org.members').then(reply => reply.members))
  const manages = account.role !== 'member'
  const close = () => ask(null)
  const columns: Column<Member>[] = [
    {
      title: 'Member',
      kind: 'name',
      cell: ({ id, email, display_name }) => (
        <>
          {display_name ?? email} {id === account.id && <Badge>You</Badge>}
          {display_name && <span className="under">{email}</span>}
        </>
      ),
    },
    { title: 'Role', cell: ({ role }) => <Badge tone={role === 'member' ? 'plain' : 'good'}>{role}</Badge> },
    { title: 'Since', cell: ({ created_at }) => <When instant={created_at} /> },
  ]
  const actions: Column<Member> = {
    title: 'Actions',
    kind: 'actions',
    cell: member => (
      <div className="actions">
        <Button onClick={() => ask({ what: 'role', member })}>
          Edit role<span className="only-heard"> of {member.email}</span>
        </Button>
        <Button onClick={() => ask({ what: 'second-factor', member })}>
          Turn off second factor<span className="only-heard"> of {member.email}</span>
        </Button>
        <Button onClick={() => ask({ what: 'removal', member })}>
          Remove<span className="only-heard"> {member.email}</span>
        </Button>
      </div>
    ),
  }
  return (
    <Page
      title="Members"
      actions={
        manages && (
          <Button kind="primary" onClick={() => ask({ what: 'invitation' })}>
            Invite
          </Button>
        )
      }
    >
      <LoadedView of={members} what="the members">
        {rows => (
          <>
            {isOnlyOwner(account.id, rows) && <p className="quiet">{ONLY_OWNER}</p>}
            <Table
              caption="Members"
              columns={manages ? [...columns, actions] : columns}
              rows={rows}
              keyOf={({ id }) => id}
              empty="No members."
            />
          </>
        )}
      </LoadedView>
      {manages && <Invitations key={invited} onInvite={() => ask({ what: 'invitation' })} />}
      {asking?.what === 'invitation' && <InviteMember onClose={close} onInvited={() => setInvited(invited + 1)} />}
      {asking?.what === 'role' && <ChangeRole member={asking.member} onClose={close} onDone={members.reload} />}
      {asking?.what === 'second-factor' && <ResetMfa member={asking.member} onClose={close} />}
      {asking?.what === 'removal' && <RemoveMember member={asking.member} onClose={close} onDone={members.reload} />}
    </Page>
  )
}

const ONLY_OWNER = 'You’re the only owner. Make someone else an owner before you leave or change your role.'

function isOnlyOwner(id: string, members: readonly Member[]): boolean {
  const owners = members.filter(({ role }) => role === 'owner')
  return owners.length === 1 && owners[0]?.id === id
}
