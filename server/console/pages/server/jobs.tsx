import type { Contract } from '../../../../src/contract/all.ts'
import { until } from '../../time.ts'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'

type Jobs = Contract['admin.jobs']['reply']
type Job = Jobs['jobs'][number]
type Task = Jobs['tasks'][number]

/** The refresh interval, short enough to see a rotation move. */
const REFRESH_MS = 3_000

/** The background jobs of the server and the progress of key operations. For platform administrators. */
export function ServerJobs() {
  const jobs = useLoaded(client => client.call('admin.jobs'))
  useRefreshed(jobs.refresh, REFRESH_MS)
  return (
    <LoadedView of={jobs} what="the background jobs">
      {found => (
        <>
          <Tasks found={found} />
          <Rounds jobs={found.jobs} />
        </>
      )}
    </LoadedView>
  )
}

const KIND = {
  'vault-key': 'Rotation of a vault key',
  'customer-key': 'Rotation of a customer key',
  migration: 'Migration of keys',
} as const satisfies Record<Task['kind'], string>

const STATE = {
  running: { tone: 'plain', word: 'Running' },
  waiting: { tone: 'warn', word: 'Waiting' },
  failed: { tone: 'bad', word: 'Failed' },
} as const satisfies Record<Task['status'], object>

function Tasks({ found: { tasks, tasks_total } }: { found: Jobs }) {
  return (
    <Panel title="Rotations and migrations">
      <Table
        caption="Rotations and migrations of keys"
        rows={tasks}
        keyOf={({ id }) => id}
        empty="No rotation or migration of keys is running, waiting or failed."
        columns={[
          { title: 'Task', kind: 'name', cell: ({ kind }) => KIND[kind] },
          { title: 'Vault', cell: ({ vault_id: id }) => id && <Link to={`/vaults/${id}`}>{id.slice(0, 8)}</Link> },
          { title: 'Status', kind: 'short', cell: ({ status }) => <Badge tone={STATE[status].tone}>{STATE[status].word}</Badge> },
          { title: 'Progress', cell: task => <Progress task={task} /> },
          { title: 'Started', kind: 'short', cell: ({ started_at }) => <When instant={started_at} /> },
          { title: 'Detail', cell: ({ message }) => message },
        ]}
      />
      {tasks.length < tasks_total && (
        <p className="quiet">
          The newest {tasks.length} of {tasks_total} are shown. <code>1claw admin jobs --offset {tasks.length}</code> lists the
          others.
        </p>
      )}
    </Panel>
  )
}

function Progress({ task: { kind, done, total } }: { task: Task }) {
  const text = `${done} of ${total} ${kind === 'migration' ? 'vaults' : 'versions'}`
  return (
    <>
      <progress value={done} max={Math.max(total, 1)} aria-label={text} /> {text}
    </>
  )
}

function Rounds({ jobs }: { jobs: readonly Job[] }) {
  return (
    <Panel title="Background jobs">
      <p className="quiet">Those of the server that answers, since it was started.</p>
      <Table
        caption="Background jobs"
        rows={jobs}
        keyOf={({ name }) => name}
        empty="No jobs."
        columns={[
          { title: 'Job', kind: 'name', cell: ({ name }) => name },
          { title: 'Status', kind: 'short', cell: job => <Outcome job={job} /> },
          { title: 'Detail', cell: ({ description, error }) => error ?? description },
          { title: 'Last run', kind: 'short', cell: ({ last_started_at: at }) => at && <When instant={at} /> },
          { title: 'Next run', kind: 'short', cell: ({ next_at }) => <Due instant={next_at} /> },
        ]}
      />
    </Panel>
  )
}

function Due({ instant }: { instant: string }) {
  const now = useNow(15_000)
  return <time dateTime={instant}>{until(new Date(instant), new Date(now))}</time>
}

function Outcome({ job: { running, outcome } }: { job: Job }) {
  if (running) return <Badge>Running</Badge>
  if (outcome === 'none-yet') return <Badge>No run yet</Badge>
  return outcome === 'ok' ? <Badge tone="good">OK</Badge> : <Badge tone="bad">Failed</Badge>
}
