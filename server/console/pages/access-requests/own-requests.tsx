import { secretAddress } from '../../address.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'
import { Until } from '../secrets/until.tsx'
import type { AccessRequest } from './access-request.tsx'
import { lengthWords } from './lengths.ts'

const TONES = { approved: 'good', declined: 'bad', pending: 'warn', withdrawn: 'plain', expired: 'plain' } as const

const REFRESH_MS = 5_000

/** The person's own requests; nothing if there never were any. */
export function OwnRequests() {
  const { account } = useSignedIn()
  const announce = useAnnounce()
  const own = useLoaded(async client => {
    const { requests } = await client.call('access-requests.list', { query: { status: 'all', limit: 200 } })
    return requests.filter(({ requester_type, requester_id }) => requester_type === 'user' && requester_id === account.id)
  })
  useRefreshed(own.refresh, REFRESH_MS)
  const withdraw = useAction((client, id: string) => client.call('access-requests.withdraw', { params: { request_id: id } }))
  const takeBack = async ({ id, secret_path_pattern }: AccessRequest) => {
    if (!(await withdraw.run(id))) return
    announce(`Your request for ${secret_path_pattern} is withdrawn.`)
    await own.reload()
  }
  const columns: Column<AccessRequest>[] = [
    { title: 'Path', kind: 'name', cell: request => <Wanted of={request} /> },
    { title: 'Vault', cell: ({ vault_name }) => vault_name },
    { title: 'Can', cell: ({ permissions }) => permissions.join(', ') },
    { title: 'For', kind: 'short', cell: ({ duration_seconds }) => lengthWords(duration_seconds) },
    { title: 'Requested', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Status', cell: request => <StatusOf of={request} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: request =>
        request.status === 'pending' && (
          <Button busy={withdraw.busy} onClick={() => takeBack(request)}>
            Withdraw<span className="only-heard"> the request for {request.secret_path_pattern}</span>
          </Button>
        ),
    },
  ]
  return (
    <LoadedView of={own} what="your requests">
      {rows =>
        rows.length > 0 && (
          <Panel title="Your requests">
            <Alert>{withdraw.failure}</Alert>
            <Table caption="Your requests" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No requests yet." />
          </Panel>
        )
      }
    </LoadedView>
  )
}

interface RowProps {
  of: AccessRequest
}

function StatusOf({ of: { status, access_expires_at: end, note } }: RowProps) {
  const now = useNow(15_000)
  const isOver = end !== undefined && Date.parse(end) <= now
  return (
    <span>
      <Badge tone={isOver ? 'plain' : TONES[status]}>{status}</Badge>
      {end !== undefined && (
        <>
          {isOver ? ', ended ' : ' expires '}
          <Until instant={end} />
        </>
      )}
      {note !== undefined && note !== '' && <> “{note}”</>}
    </span>
  )
}

/** The requested paths; a single one that is open to the person now leads to the secret. */
function Wanted({
  of: { status, access_expires_at: end, secret_path_pattern: pattern, vault_id: id, vault_name: name },
}: RowProps) {
  const now = useNow(15_000)
  const isOpen = status === 'approved' && end !== undefined && Date.parse(end) > now && !pattern.includes('*')
  if (!isOpen) return <Path>{pattern}</Path>
  return (
    <Link to={secretAddress({ id, name }, pattern)}>
      <Path>{pattern}</Path>
    </Link>
  )
}
