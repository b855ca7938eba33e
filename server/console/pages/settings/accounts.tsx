import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { OffsetPages } from '../../ui/data/pages.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import type { AdminUser } from './account.ts'
import { OrgLimits } from './org-limits.tsx'

const PAGE = 50

/** Every account of the server, with the organisation it used last. */
export function Accounts() {
  const { account } = useSignedIn()
  const [offset, setOffset] = useState(0)
  const [limiting, limit] = useState<AdminUser | null>(null)
  const [deleting, remove] = useState<AdminUser | null>(null)
  const users = useLoaded(client => client.call('admin.users', { query: { limit: PAGE, offset } }), String(offset))
  const columns: Column<AdminUser>[] = [
    {
      title: 'Account',
      kind: 'name',
      cell: ({ id, email, display_name }) => (
        <>
          {email} {id === account.id && <Badge>You</Badge>}
          {display_name && <span className="under">{display_name}</span>}
        </>
      ),
    },
    {
      title: 'Organisation',
      cell: ({ org_name, role }) => (
        <>
          {org_name}
          {role && <span className="under">{role}</span>}
        </>
      ),
    },
    { title: 'Tier', kind: 'short', cell: user => <Tier user={user} /> },
    { title: 'Since', cell: ({ created_at }) => <When instant={created_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: user => (
        <div className="actions">
          <Button onClick={() => limit(user)}>
            Edit limits<span className="only-heard"> of {user.org_name}</span>
          </Button>
          {user.id !== account.id && (
            <Button onClick={() => remove(user)}>
              Delete<span className="only-heard"> {user.email}</span>
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <Panel title="Accounts">
      <LoadedView of={users} what="the accounts">
        {({ users: rows, total }) => (
          <>
            <Table caption="Accounts" columns={columns} rows={rows} keyOf={({ id }) => id} empty="There are no more accounts." />
            <OffsetPages of="accounts" offset={offset} count={rows.length} total={total} size={PAGE} onGo={setOffset} />
          </>
        )}
      </LoadedView>
      {limiting && <OrgLimits user={limiting} onClose={() => limit(null)} onDone={users.reload} />}
      {deleting && <DeleteUser user={deleting} onClose={() => remove(null)} onDone={users.reload} />}
    </Panel>
  )
}

function Tier({ user: { billing_tier, free_tier_override, is_sponsored } }: { user: AdminUser }) {
  return (
    <>
      {billing_tier}
      {is_sponsored && <span className="under">sponsored</span>}
      {free_tier_override !== undefined && <span className="under">{free_tier_override} free requests</span>}
    </>
  )
}

function DeleteUser({ user, onClose, onDone }: { user: AdminUser; onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('admin.delete-user', { params: { user_id: user.id } }))
  const done = async () => {
    onClose()
    announce(`The account ${user.email} is deleted.`)
    await onDone()
  }
  return (
    <Confirm
      title={`Delete the account ${user.email}?`}
      verb="Delete permanently"
      action={action}
      onDone={done}
      onClose={onClose}
    >
      <p>
        Organisations of which it is the only member are deleted too, with their vaults, keys and agents. This cannot be undone.
        Where it is the last owner, another member becomes an owner.
      </p>
    </Confirm>
  )
}
