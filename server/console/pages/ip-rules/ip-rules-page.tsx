import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { NewIpRule } from './new-ip-rule.tsx'

type Rule = Contract['ip-rules.list']['reply']['rules'][number]

const APPLIES: Readonly<Record<string, string>> = { all: 'Everybody', users: 'People', agents: 'Agents' }

/** `/ip-rules`: which addresses the organisation allows. */
export function IpRulesPage() {
  const { account } = useSignedIn()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Rule | null>(null)
  const rules = useLoaded(client => client.call('ip-rules.list').then(reply => reply.rules))
  const manages = account.role !== 'member'
  const columns: Column<Rule>[] = [
    { title: 'Addresses', kind: 'name', cell: ({ cidr }) => <code>{cidr}</code> },
    {
      title: 'Rule',
      cell: ({ rule_type }) => (rule_type === 'allow' ? <Badge tone="good">Allow</Badge> : <Badge tone="bad">Deny</Badge>),
    },
    { title: 'For', cell: ({ applies_to }) => APPLIES[applies_to] },
    { title: 'Label', cell: ({ label }) => label },
    { title: 'Added', cell: ({ created_at }) => <When instant={created_at} /> },
  ]
  const actions: Column<Rule> = {
    title: 'Actions',
    kind: 'actions',
    cell: rule => (
      <Button onClick={() => setRemoving(rule)}>
        Remove<span className="only-heard"> the rule for {rule.cidr}</span>
      </Button>
    ),
  }
  return (
    <Page
      title="IP rules"
      actions={
        manages && (
          <Button kind="primary" onClick={() => setAdding(true)}>
            Add rule
          </Button>
        )
      }
    >
      <p className="quiet">
        Deny rules win. Once there is an allow rule, every other address is blocked. Rules take effect with the next request, for
        tokens, sessions and keys.
      </p>
      <LoadedView of={rules} what="the rules">
        {rows => (
          <Table
            caption="IP rules"
            columns={manages ? [...columns, actions] : columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty="No rules yet. Every address is allowed."
          />
        )}
      </LoadedView>
      {adding && <NewIpRule onClose={() => setAdding(false)} onDone={rules.reload} />}
      {removing && <RemoveRule rule={removing} onClose={() => setRemoving(null)} onDone={rules.reload} />}
    </Page>
  )
}

function RemoveRule({ rule, onClose, onDone }: { rule: Rule; onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('ip-rules.remove', { params: { rule_id: rule.id } }))
  const done = async () => {
    onClose()
    announce(`The rule for ${rule.cidr} is removed.`)
    await onDone()
  }
  return (
    <Confirm title={`Remove the rule for ${rule.cidr}?`} verb="Remove" action={action} onDone={done} onClose={onClose}>
      <p>
        {rule.rule_type === 'allow'
          ? 'These addresses are then allowed only if another allow rule covers them, or if no allow rule is left.'
          : 'These addresses are allowed again, unless another rule blocks them.'}
      </p>
    </Confirm>
  )
}
