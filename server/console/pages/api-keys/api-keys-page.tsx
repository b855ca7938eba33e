import { type ReactNode, useState } from 'react'
import { Badge } from '../../ui/data/badge.tsx'
import { fileNameOf } from '../../ui/data/download-button.tsx'
import { Empty } from '../../ui/data/empty.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Check } from '../../ui/form/check.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { CiSnippets } from '../../ui/one-time-key/ci-snippets.tsx'
import { curlLines, envFile, shellLines } from '../../ui/one-time-key/lines.ts'
import { NewKey } from '../../ui/one-time-key/new-key.tsx'
import { Snippet } from '../../ui/one-time-key/snippet.tsx'
import { useNow } from '../../ui/use-now.ts'
import { type ApiKey, confines, isLive, statusOf } from './api-key.ts'
import { type MadeKey, NewApiKey } from './new-api-key.tsx'
import { RevokeApiKey } from './revoke-api-key.tsx'
import { RotateApiKey } from './rotate-api-key.tsx'

const REFRESH_MS = 5_000

/** `/api-keys`: the keys of programs that act as the person. */
export function ApiKeysPage() {
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<MadeKey | null>(null)
  const keys = useLoaded(client =>
    client.call('api-keys.list', { query: { include: 'usage' } }).then(reply => reply.keys.toReversed()),
  )
  useRefreshed(keys.refresh, REFRESH_MS)
  const show = async (key: MadeKey) => {
    setMaking(false)
    setMade(key)
    await keys.reload()
  }
  const button = (
    <Button kind="primary" onClick={() => setMaking(true)}>
      New API key
    </Button>
  )
  const isEmpty = keys.state.at === 'loaded' && keys.state.value.length === 0
  return (
    <Page title="API keys" actions={!isEmpty && button}>
      <p className="quiet">API keys act as you. For a service or a bot, register an agent instead.</p>
      {made && <Shown made={made} onDone={() => setMade(null)} />}
      <LoadedView of={keys} what="the API keys">
        {all => (isEmpty ? <NoKeys action={button} /> : <Keys all={all} onRevoked={keys.reload} onMade={show} />)}
      </LoadedView>
      {making && <NewApiKey onMade={show} onClose={() => setMaking(false)} />}
    </Page>
  )
}

function NoKeys({ action }: { action: ReactNode }) {
  return (
    <div className="empty">
      <Empty action={action} command="1claw api-keys create laptop">
        No API keys yet. A key lets a script of your own sign in as you. The list then shows when and from where each key was last
        used.
      </Empty>
    </div>
  )
}

function Shown({ made: { key, value, kept }, onDone }: { made: MadeKey; onDone(): void }) {
  const lines = { url: location.origin, variable: 'ONECLAW_API_KEY', key: value } as const
  return (
    <NewKey
      title={`The API key ${key.name}`}
      value={value}
      file={{ name: fileNameOf(key.name, '.env'), text: envFile(lines) }}
      snippets={
        <>
          <Snippet title="Command line" text={shellLines(lines)} hide={value} />
          <Snippet title="curl" text={curlLines(lines)} hide={value} />
          <CiSnippets variable={lines.variable} apiKey={value} isRotated={kept !== undefined} />
        </>
      }
      doneLabel="I’ve saved it"
      onDone={onDone}
    >
      <p>Copy it now: you won’t see it again. Anyone who has it can act as you.</p>
      {kept !== undefined && <p>The old key keeps working for {kept}. Revoke it below when nothing uses it any more.</p>}
    </NewKey>
  )
}

interface KeysProps {
  all: readonly ApiKey[]
  onRevoked(): Promise<void>
  onMade(made: MadeKey): Promise<void>
}

function Keys({ all, onRevoked, onMade }: KeysProps) {
  const [whole, setWhole] = useState(false)
  const [revoking, revoke] = useState<ApiKey | null>(null)
  const [rotating, rotate] = useState<ApiKey | null>(null)
  const now = new Date(useNow(60_000))
  const ended = all.filter(key => !isLive(key, now)).length
  const columns: Column<ApiKey>[] = [
    { title: 'Name', kind: 'name', cell: named },
    { title: 'State', cell: key => <State apiKey={key} now={now} /> },
    { title: 'Access', cell: key => <Reach apiKey={key} /> },
    { title: 'Created', cell: ({ created_at: at }) => <When instant={at} /> },
    {
      title: 'Last used',
      cell: ({ last_used_at: at, last_used_from: from }) => (
        <>
          {at ? <When instant={at} /> : <span className="unbroken">Never</span>}
          {from !== undefined && <span className="under unbroken">from {from}</span>}
        </>
      ),
    },
    {
      title: 'Actions',
      kind: 'actions',
      cell: key =>
        isLive(key, now) && (
          <div className="actions">
            {key.replaced_by === undefined && (
              <Button onClick={() => rotate(key)}>
                Rotate<span className="only-heard"> the key {key.name}</span>
              </Button>
            )}
            <Button onClick={() => revoke(key)}>Revoke</Button>
          </div>
        ),
    },
  ]
  return (
    <>
      {ended > 0 && <Check label={`Show revoked and expired keys (${ended})`} name="whole" onChange={setWhole} />}
      <Table
        caption="API keys"
        columns={columns}
        rows={whole ? all : all.filter(key => isLive(key, now))}
        keyOf={({ id }) => id}
        empty="No active API keys."
      />
      {rotating && <RotateApiKey apiKey={rotating} onMade={onMade} onClose={() => rotate(null)} />}
      {revoking && <RevokeApiKey apiKey={revoking} onDone={onRevoked} onClose={() => revoke(null)} />}
    </>
  )
}

function named({ name, key_prefix: prefix, replaced_by: replaced }: ApiKey) {
  return (
    <>
      {name} {replaced !== undefined && <Badge tone="warn">Old</Badge>}
      <span className="under">
        <code>{prefix}…</code>
      </span>
    </>
  )
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

function State({ apiKey, now }: { apiKey: ApiKey; now: Date }) {
  const until = apiKey.expires_at && DAY.format(new Date(apiKey.expires_at))
  switch (statusOf(apiKey, now)) {
    case 'revoked':
      return <Badge>revoked</Badge>
    case 'expired':
      return <Badge tone="bad">expired</Badge>
    case 'expiring':
      return <Badge tone="warn">{`until ${until}`}</Badge>
    case 'active':
      return <Badge tone="good">{until ? `until ${until}` : 'active'}</Badge>
  }
}

function Reach({ apiKey }: { apiKey: ApiKey }) {
  return (
    <>
      {!confines(apiKey) && <span className="line">Everything you can access</span>}
      {apiKey.scopes.map(scope => (
        <code key={scope} className="line">
          {scope}
        </code>
      ))}
    </>
  )
}
