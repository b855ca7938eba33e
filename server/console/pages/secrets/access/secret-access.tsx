import { useState } from 'react'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { Badge } from '../../../ui/data/badge.tsx'
import { Breakable } from '../../../ui/data/breakable.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { When } from '../../../ui/data/when.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { GrantDialog } from '../../policies/grant/grant-dialog.tsx'
import { RemoveAccess } from '../../policies/grant/remove-access.tsx'
import type { Vault } from '../../vaults/vault.ts'
import type { Summary } from '../secret.ts'
import { accessOf } from './access-of.ts'
import { type Entry, keyOf, type PolicyOf, RuleChain } from './rule-chain.tsx'
import { SecretMap } from './secret-map.tsx'

/** Who can read a secret, by which rule, and who did. For people who manage the policies of its vault. */
export function SecretAccess({ vault, secret }: { vault: Vault; secret: Summary }) {
  const { path } = secret
  const [granting, grant] = useState(false)
  const [removing, remove] = useState<{ entry: Entry; rule: PolicyOf } | null>(null)
  const { account } = useSignedIn()
  const access = useLoaded(client => accessOf(client, account, vault, { path }).then(({ principals }) => principals))
  return (
    <Panel
      title="Who can read it"
      actions={access.state.at === 'loaded' && <Button onClick={() => grant(true)}>Grant access</Button>}
    >
      <LoadedView
        of={access}
        what="who can read it"
        instead={({ code }) => (code === 'policy.denied' ? <NotYours /> : undefined)}
      >
        {entries => (
          <>
            <SecretMap
              caption={findingOf(entries)}
              secret={secret}
              entries={entries.filter(isConcerned).toSorted(byOutcome)}
              onRemove={(entry, rule) => remove({ entry, rule })}
            />
            <Table
              caption="Who can read it"
              columns={columns((entry, rule) => remove({ entry, rule }))}
              rows={entries.filter(isConcerned).toSorted(byOutcome)}
              keyOf={keyOf}
              empty="Nobody can read it."
            />
          </>
        )}
      </LoadedView>
      {granting && (
        <GrantDialog places={[{ vault_id: vault.id, pattern: path }]} onClose={() => grant(false)} onDone={access.reload} />
      )}
      {removing && (
        <RemoveAccess
          policy={{ id: removing.rule.policy_id, vault_id: vault.id, secret_path_pattern: removing.rule.secret_path_pattern }}
          who={removing.entry.name}
          onClose={() => remove(null)}
          onDone={access.reload}
        />
      )}
    </Panel>
  )
}

function NotYours() {
  return <p className="quiet">Owners, admins, the vault’s creator and people who manage its policies can see who can read it.</p>
}

/** Can, could under other circumstances, or did. */
function isConcerned({ allowed, policies, reads_90d }: Entry): boolean {
  return allowed || policies.length > 0 || reads_90d !== undefined
}

/** People who can come before those who could and those who only did; within each, the most active first. */
function byOutcome(one: Entry, other: Entry): number {
  const rank = ({ allowed, policies }: Entry) => (allowed ? 0 : policies.length > 0 ? 1 : 2)
  return rank(one) - rank(other) || (other.reads_90d ?? 0) - (one.reads_90d ?? 0)
}

/** The table in a sentence or two. */
function findingOf(entries: readonly Entry[]): string {
  const able = entries.filter(({ allowed }) => allowed)
  const total = entries.reduce((sum, { reads_90d = 0 }) => sum + reads_90d, 0)
  const unused = able.filter(({ reads_90d }) => reads_90d === undefined)
  const gone = entries.filter(({ allowed, reads_90d }) => !allowed && reads_90d !== undefined)
  const [most] = entries.toSorted((one, other) => (other.reads_90d ?? 0) - (one.reads_90d ?? 0))
  return [
    `${able.length} of ${counted(entries.length, 'person or agent', 'people and agents')} can read it now.`,
    total === 0 ? 'Nobody has read it in 90 days, as far as you can see.' : '',
    total > 0 && most?.reads_90d ? `${most.name} made ${shareOf(most.reads_90d, total)} in 90 days.` : '',
    total > 0 && unused.length > 0 ? `${named(unused)} can read it and did not.` : '',
    gone.length > 0 ? `${named(gone)} read it and no longer can.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** `96 % of 26 reads`, `the one read`. */
function shareOf(reads: number, total: number): string {
  if (total === 1) return 'the only read'
  return reads === total
    ? `all ${total.toLocaleString()} reads`
    : `${Math.round((reads / total) * 100)} % of ${total.toLocaleString()} reads`
}

function named(entries: readonly Entry[]): string {
  const [first, second] = entries
  if (entries.length > 2) return `${first?.name} and ${entries.length - 1} others`
  return [first, second].flatMap(entry => entry?.name ?? []).join(' and ')
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}

const columns = (remove: (entry: Entry, rule: PolicyOf) => void): Column<Entry>[] => [
  {
    title: 'Who',
    kind: 'name',
    cell: ({ principal_type: type, principal_id: id, name }) =>
      type === 'agent' ? (
        <>
          <Link to={`/agents/${id}`}>{name}</Link> <span className="quiet">(agent)</span>
        </>
      ) : (
        <Breakable text={name} />
      ),
  },
  {
    title: 'Can read',
    kind: 'short',
    cell: ({ allowed, policies, rule }) =>
      allowed ? (
        <Badge tone="good">Yes</Badge>
      ) : (
        <Badge tone="bad">{policies.length > 0 && rule === 'no-policy' ? 'Not now' : 'No'}</Badge>
      ),
  },
  { title: 'Because', cell: entry => <RuleChain entry={entry} onRemove={rule => remove(entry, rule)} /> },
  {
    title: 'Last read',
    kind: 'short',
    cell: ({ last_read_at: at }) => (at ? <When instant={at} /> : <span className="quiet">Never</span>),
  },
  { title: 'Reads in 90 days', kind: 'number', cell: ({ reads_90d = 0 }) => reads_90d.toLocaleString() },
]
