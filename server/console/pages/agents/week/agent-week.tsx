import { secretAddress } from '../../../address.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { Path } from '../../../ui/data/path.tsx'
import { addressWith, useQuery } from '../../../ui/data/query.ts'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { When } from '../../../ui/data/when.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { NamesHere, nameIn, useDirectory } from '../../../ui/people/names.tsx'
import { Action } from '../../audit/action.tsx'
import { Activity } from '../../audit/activity.tsx'
import { searchOf } from '../../audit/event-query.ts'
import { days, named, ONE_DAY, periodIn } from '../../audit/period.ts'
import { Periods } from '../../audit/periods.tsx'
import { whyOf } from '../../audit/reasons.ts'
import type { Agent } from '../agent.ts'
import { AgentFacts } from '../agent-facts.tsx'
import { type Denials, done, type Reads } from './activity.ts'
import { Spend } from './spend.tsx'

/** `/agents/<id>`: the agent's recent activity: reads, denials and spending. */
export function AgentWeek({ agent }: { agent: Agent }) {
  const { account } = useSignedIn()
  return (
    <NamesHere>
      {account.role === 'member' ? (
        <p className="quiet">Members can see only their own events in the audit log.</p>
      ) : (
        <Done agent={agent} />
      )}
      {agent.intents_api_enabled && <Spend agent={agent} />}
      <AgentFacts agent={agent} />
    </NamesHere>
  )
}

const PERIODS = [days(7), ONE_DAY, days(30), days(90)] as const

function Done({ agent: { id } }: { agent: Agent }) {
  const [query] = useQuery()
  const period = periodIn(Object.fromEntries(query), PERIODS)
  const found = useLoaded(client => done(client, id, period), named(period), { until: 'previous' })
  const log = `/agents/${id}/log`
  return (
    <>
      <Panel
        title="Activity"
        actions={<Periods choices={PERIODS} chosen={period} addressOf={change => addressWith(`/agents/${id}`, query, change)} />}
      >
        <Activity
          key={named(period)}
          period={period}
          narrowed={{ actor_id: id }}
          addressOf={change => `${log}${searchOf({}, change)}`}
        />
      </Panel>
      <LoadedView of={found} what="what it read">
        {({ from, reads, denials }) => (
          <>
            <Panel title={period.unit === 'hour' ? 'Most read, yesterday and today' : 'Most read'}>
              <TopPaths reads={reads} />
            </Panel>
            <Panel
              title="Denied"
              actions={denials.total > 0 && <Link to={`${log}?outcome=denied&from=${from}`}>All in the log</Link>}
            >
              <Denied denials={denials} log={log} from={from} />
            </Panel>
          </>
        )}
      </LoadedView>
    </>
  )
}

type Read = Reads['reads'][number]
type Denial = Denials['denials'][number]

function TopPaths({ reads }: { reads: Reads }) {
  const directory = useDirectory()
  const columns: Column<Read>[] = [
    {
      title: 'Path',
      kind: 'name',
      cell: ({ path, vault_id: vault = '', secret_id: id }) =>
        path === undefined ? (
          `Deleted (${id.slice(0, 8)})`
        ) : (
          <Link to={secretAddress({ id: vault, name: nameIn(directory, 'vault', vault) }, path)}>
            <Path>{path}</Path>
          </Link>
        ),
    },
    { title: 'Vault', cell: ({ vault_id: id = '' }) => nameIn(directory, 'vault', id) ?? id.slice(0, 8) },
    { title: 'Reads', kind: 'number', cell: ({ count }) => count.toLocaleString() },
    { title: 'Last', kind: 'short', cell: ({ last_at: at }) => <When instant={at} /> },
  ]
  return (
    <Table
      caption="Most read"
      columns={columns}
      rows={reads.reads}
      keyOf={({ secret_id }) => secret_id}
      empty="No reads in this period."
    />
  )
}

function Denied({ denials, log, from }: { denials: Denials; log: string; from: string }) {
  const directory = useDirectory()
  const columns: Column<Denial>[] = [
    {
      title: 'What',
      kind: 'name',
      cell: ({ action, resource, vault_id: vault }) => (
        <>
          <Action of={action} /> {resource && <Path>{resource}</Path>}
          {vault !== undefined && <span className="quiet"> · {nameIn(directory, 'vault', vault) ?? vault.slice(0, 8)}</span>}
        </>
      ),
    },
    { title: 'Times', kind: 'number', cell: ({ count }) => count.toLocaleString() },
    { title: 'Last', kind: 'short', cell: ({ last_at: at }) => <When instant={at} /> },
    {
      title: 'Because',
      cell: ({ rule, condition, ip_address, action, resource }) => {
        const asked = { outcome: 'denied', action, from, ...(resource && { resource_id: resource }) }
        return (
          <>
            {whyOf({ ip_address, details: { rule, condition } }) ?? 'Not recorded.'}{' '}
            <Link to={`${log}?${new URLSearchParams(asked)}`}>
              Why?<span className="only-heard"> {`${action} ${resource}`}</span>
            </Link>
          </>
        )
      },
    },
  ]
  return (
    <Table
      caption="Denied"
      columns={columns}
      rows={denials.denials}
      keyOf={({ seq }) => String(seq)}
      empty="Nothing was denied in this period."
    />
  )
}
