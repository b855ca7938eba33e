import { Bar } from '../../ui/chart/bar.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import type { Subscription } from './plan.tsx'

interface Meter {
  readonly name: string
  readonly used: number
  readonly limit?: number | undefined
}

const NAMES: Readonly<Record<keyof Subscription['usage'], string>> = {
  requests: 'Requests',
  vaults: 'Vaults',
  secrets: 'Secrets',
  agents: 'Agents',
  team_members: 'Members',
  intent_transactions: 'Transactions',
  shares: 'Shares',
}

/** Every meter of the plan: a bar if it has a limit. Nothing is highlighted if limits are not enforced. */
export function Meters({ plan, limited }: { plan: Subscription; limited: boolean }) {
  const near = new Set<string>(plan.near_limit)
  const columns: Column<Meter>[] = [
    { title: 'What', kind: 'name', cell: ({ name }) => NAMES[name as keyof typeof NAMES] },
    { title: 'Used', kind: 'number', cell: ({ used }) => used.toLocaleString() },
    { title: 'Limit', kind: 'number', cell: ({ limit }) => limit?.toLocaleString() ?? 'None' },
    {
      title: 'Share',
      cell: ({ name, used, limit }) =>
        limit !== undefined && (
          <span className="metered">
            <Bar of={used} limit={limit} tone={!limited ? 'plain' : used >= limit ? 'full' : near.has(name) ? 'near' : 'plain'} />
            {near.has(name) && (
              <Badge tone={used >= limit ? 'bad' : 'warn'}>{used >= limit ? 'Used up' : 'Near its limit'}</Badge>
            )}
          </span>
        ),
    },
  ]
  const rows = Object.keys(NAMES).map(name => ({ name, ...plan.usage[name as keyof typeof NAMES] }))
  return <Table caption="Usage of the plan" columns={columns} rows={rows} keyOf={({ name }) => name} empty="Nothing." />
}
