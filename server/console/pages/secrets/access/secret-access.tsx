import { useState } from 'react'
import type { Contract } from '../../../../../src/contract/all.ts'
import { Badge } from '../../../ui/data/badge.tsx'
import { Breakable } from '../../../ui/data/breakable.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { Path } from '../../../ui/data/path.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { When } from '../../../ui/data/when.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { inWords, limitsOf } from '../../policies/conditions.ts'
import { GrantDialog } from '../../policies/grant/grant-dialog.tsx'
import { RemoveAccess } from '../../policies/grant/remove-access.tsx'
import type { Vault } from '../../vaults/vault.ts'
import { Until } from '../until.tsx'

type Entry = Contract['policies.access']['reply']['principals'][number]
type Rule = Entry['policies'][number]

/** Who can read a secret, by which rule, and who did. For those who manage the policies of its vault. */
export function SecretAccess({ vault, path }: { vault: Vault; path: string }) {
  const [granting, grant] = useState(false)
  const [removing, remove] = useState<{ entry: Entry; rule: Rule } | null>(null)
  const access = useLoaded(client =>
    client.call('policies.access', { params: { vault_id: vault.id }, query: { path } }).then(({ principals }) => principals),
  )
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
            <p>{findingOf(entries)}</p>
            <Table
              caption="Who can read it"
              columns={columns((entry, rule) => remove({ entry, rule }))}
              rows={entries.filter(isConcerned).toSorted(byOutcome)}
              keyOf={({ principal_type, principal_id }) => `${principal_type}:${principal_id}`}
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

/** Can, or could under other circumstances, or did. */
function isConcerned({ allowed, policies, reads_90d }: Entry): boolean {
  return allowed || policies.length > 0 || reads_90d !== undefined
}

/** Who can, before who could, before who only did; among them who reads most. */
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
    total > 0 && most?.reads_90d
      ? `${most.name} made ${Math.round((most.reads_90d / total) * 100)} % of ${counted(total, 'read', 'reads')} in 90 days.`
      : '',
    total > 0 && unused.length > 0 ? `${named(unused)} can read it and did not.` : '',
    gone.length > 0 ? `${named(gone)} read it and cannot any more.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function named(entries: readonly Entry[]): string {
  const [first, second] = entries
  if (entries.length > 2) return `${first?.name} and ${entries.length - 1} others`
  return [first, second].flatMap(entry => entry?.name ?? []).join(' and ')
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}

const REASONS: Readonly<Record<string, string>> = {
  creator: 'Made this vault',
  inactive: 'Paused or expired',
  'vault-ceiling': 'Confined to other vaults',
  'scope-ceiling': 'Its hard limits do not cover this path',
  'no-policy': 'No policy any more',
}

const columns = (remove: (entry: Entry, rule: Rule) => void): Column<Entry>[] => [
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
  { title: 'Because', cell: entry => <Because entry={entry} onRemove={rule => remove(entry, rule)} /> },
  {
    title: 'Last read',
    kind: 'short',
    cell: ({ last_read_at: at }) => (at ? <When instant={at} /> : <span className="quiet">Never</span>),
  },
  { title: 'Reads in 90 days', kind: 'number', cell: ({ reads_90d = 0 }) => reads_90d.toLocaleString() },
]

function Because({ entry, onRemove }: { entry: Entry; onRemove(rule: Rule): void }) {
  const { rule, policies } = entry
  const reason = rule === 'policy' || (rule === 'no-policy' && policies.length > 0) ? undefined : REASONS[rule]
  return (
    <div className="rules">
      {reason && <span>{reason}</span>}
      {policies.map(each => (
        <div key={each.policy_id} className="rule">
          <span>
            <Path>{each.secret_path_pattern}</Path> <Terms of={each} />
          </span>
          <Button kind="link" onClick={() => onRemove(each)}>
            Remove access
            <span className="only-heard">
              {' '}
              of {entry.name} to {each.secret_path_pattern}
            </span>
          </Button>
        </div>
      ))}
    </div>
  )
}

function Terms({ of: { conditions, expires_at, holds } }: { of: Rule }) {
  const limits = limitsOf(conditions)
  const words = limits ? inWords(limits) : ['A condition that this page cannot show']
  return (
    <span className="quiet">
      {words.join(' · ')}
      {expires_at && (
        <>
          {words.length > 0 && ' · '}expires <Until instant={expires_at} />
        </>
      )}
      {!holds && ' · does not hold now'}
    </span>
  )
}
