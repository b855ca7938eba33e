import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { OVERALL } from '../../session/health.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { useServerStatus } from '../../ui/data/health.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Link } from '../../ui/link.tsx'
import { ServerJobs } from './jobs.tsx'
import { WaitingMails } from './waiting-mails.tsx'

type Status = Contract['server.status']['reply']
type Part = Status['parts'][number]

/** `/server`: the health of the server, part by part. Updates itself. */
export function ServerPage() {
  const { account } = useSignedIn()
  return (
    <Page title="Server">
      {account.role === 'member' ? <p>The status of the server is for owners and admins of the organisation.</p> : <Parts />}
    </Page>
  )
}

function Parts() {
  const status = useServerStatus()
  return (
    <LoadedView of={status} what="the status of the server">
      {found => <View status={found} />}
    </LoadedView>
  )
}

const STATE = {
  ok: { tone: 'good', word: 'OK' },
  off: { tone: 'plain', word: 'Off' },
  warning: { tone: 'warn', word: 'Attention' },
  failing: { tone: 'bad', word: 'Failing' },
} as const

const NAME = {
  database: 'Database',
  keys: 'Key provider',
  audit: 'Audit log',
  verification: 'Verification',
  secrets: 'Secrets',
  disk: 'Disk',
  mail: 'Mail',
  backup: 'Backups',
  address: 'Address',
  'rate-limits': 'Rate limits',
} as const satisfies Record<Part['name'], string>

function View({ status: { status, scope, version, parts } }: { status: Status }) {
  const { tone, word } = OVERALL[status]
  const [mails, showMails] = useState(false)
  return (
    <>
      <p className="server-line" role="status">
        <Badge tone={tone}>{word}</Badge> <span className="quiet">1claw {version}</span>
      </p>
      <Table
        caption="Parts of the server"
        rows={parts}
        keyOf={({ name }) => name}
        empty={null}
        columns={[
          { title: 'Part', kind: 'name', cell: ({ name }) => NAME[name] },
          {
            title: 'Status',
            kind: 'short',
            cell: part => <Badge tone={STATE[part.status].tone}>{STATE[part.status].word}</Badge>,
          },
          { title: 'Detail', cell: part => <Detail part={part} onMails={() => showMails(true)} /> },
          { title: 'Last', kind: 'short', cell: ({ at }) => at && <When instant={at} /> },
          { title: 'Round trip', kind: 'number', cell: ({ latency_ms: ms }) => ms !== undefined && `${ms} ms` },
        ]}
      />
      {mails && <WaitingMails onClose={() => showMails(false)} />}
      {scope === 'server' && <ServerJobs />}
      {scope === 'organisation' && (
        <p className="quiet">
          Disk, mail, backups, address, rate limits and background jobs are shown to admins of the organisation that runs the
          server.
        </p>
      )}
    </>
  )
}

function Detail({ part: { name, detail, at }, onMails }: { part: Part; onMails(): void }) {
  // The time is that of the oldest mail: without one, none waits.
  if (name === 'mail' && at !== undefined) {
    return (
      <>
        {detail}{' '}
        <Button kind="link" onClick={onMails}>
          Show<span className="only-heard"> the mails</span>
        </Button>
      </>
    )
  }
  if (name !== 'verification') return detail
  return (
    <>
      {detail} <Link to="/audit?verify=now">Verify</Link>
    </>
  )
}
