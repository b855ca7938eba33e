import { Badge } from '../../ui/data/badge.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Name } from '../../ui/people/names.tsx'
import { Until } from '../secrets/until.tsx'
import { inWords, limitsOf } from './conditions.ts'
import type { Policy } from './policy.ts'

interface PolicyListProps {
  policies: readonly Policy[]
  onChange(policy: Policy): void
  onDelete(policy: Policy): void
}

/** Who may do what in a vault, and under which conditions. */
export function PolicyList({ policies, onChange, onDelete }: PolicyListProps) {
  const columns: Column<Policy>[] = [
    {
      title: 'Who',
      kind: 'name',
      cell: ({ principal_type, principal_id }) => <Name of={`${principal_type}:${principal_id}`} />,
    },
    { title: 'Paths', cell: ({ secret_path_pattern }) => <Path>{secret_path_pattern}</Path> },
    { title: 'Can', cell: ({ permissions }) => permissions.join(', ') },
    { title: 'Conditions', cell: policy => <Terms of={policy} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: policy => (
        <div className="actions">
          <Button onClick={() => onChange(policy)}>
            Edit<span className="only-heard"> the policy on {policy.secret_path_pattern}</span>
          </Button>
          <Button onClick={() => onDelete(policy)}>
            Remove access<span className="only-heard"> by the policy on {policy.secret_path_pattern}</span>
          </Button>
        </div>
      ),
    },
  ]
  return (
    <Table
      caption="Policies"
      columns={columns}
      rows={policies}
      keyOf={({ id }) => id}
      empty="No policies yet. Only the vault’s creator can access its secrets."
    />
  )
}

function Terms({ of: { conditions, expires_at } }: { of: Policy }) {
  const limits = limitsOf(conditions)
  const words = limits ? inWords(limits) : ['A condition that this page cannot show']
  return (
    <div className="terms">
      {words.map(sentence => (
        <span key={sentence}>{sentence}</span>
      ))}
      {expires_at && (
        <span>
          Expires <Until instant={expires_at} /> {Date.parse(expires_at) <= Date.now() && <Badge tone="bad">Expired</Badge>}
        </span>
      )}
      {words.length === 0 && !expires_at && <span className="quiet">None</span>}
    </div>
  )
}
