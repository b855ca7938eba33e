import { type ReactNode, useEffect, useRef, useState } from 'react'
import { shellWord } from '../../../../../src/shell-word.ts'
import { secretAddress } from '../../../address.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../../ui/data/use-refreshed.ts'
import { When } from '../../../ui/data/when.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { Snippet } from '../../../ui/one-time-key/snippet.tsx'
import { nameIn, useDirectory, useDirectoryState } from '../../../ui/people/names.tsx'
import { KeySnippets } from '../../agents/key-snippets.tsx'
import { type AuditEvent, actorOf, resourceOf } from '../../audit/event.ts'
import { whyOf } from '../../audit/reasons.ts'
import { AgentStep, type Registered } from './agent-step.tsx'
import { DenialStep } from './denial-step.tsx'
import { hide, isHidden } from './hidden.ts'
import { isDone, type Progress, progressOf } from './progress.ts'
import { StoreStep } from './store-step.tsx'

const EVERY_MS = 2_000
const NEW_FOR_MS = 14 * 86_400_000

/** The first four steps of a new person, until they are done or hidden. They tick themselves off, wherever they are done. */
export function GuidedStart() {
  const { account } = useSignedIn()
  const [hidden, setHidden] = useState(() => isHidden(account.id))
  const isNew = Date.now() - Date.parse(account.created_at) < NEW_FOR_MS
  if (hidden || !isNew) return null
  return (
    <Steps
      onHide={() => {
        hide(account.id)
        setHidden(true)
      }}
    />
  )
}

function Steps({ onHide }: { onHide(): void }) {
  const found = useLoaded(progressOf)
  const progress = found.state.at === 'loaded' ? found.state.value : undefined
  const done = progress !== undefined && isDone(progress)
  const [wasOpen, setWasOpen] = useState(false)
  const { refresh } = useDirectoryState()
  useEffect(() => {
    if (progress && !done) setWasOpen(true)
  }, [progress, done])
  useRefreshed(async background => {
    if (done) return
    await found.refresh(background)
  }, EVERY_MS)
  const made = progress && [progress.stored?.vault_id, progress.agent?.id].filter(Boolean).join(' ')
  const { background } = useSignedIn()
  // biome-ignore lint/correctness/useExhaustiveDependencies: names of what has just been made.
  useEffect(() => {
    if (made) void refresh(background)
  }, [made])
  // Steps done long ago are hidden; a step that is finished while the person looks stays visible.
  if (!progress || (done && !wasOpen)) return null
  return (
    <Panel
      title="Get started"
      actions={
        <Button kind="link" onClick={onHide}>
          {done ? 'Close' : 'Hide'}
        </Button>
      }
    >
      <List progress={progress} reload={found.reload} />
    </Panel>
  )
}

function List({ progress, reload }: { progress: Progress; reload(): Promise<void> }) {
  const { stored, read, agent, denied } = progress
  const directory = useDirectory()
  const [registered, register] = useState<Registered>()
  const vault = stored?.vault_id
  const path = stored && resourceOf(stored, directory)
  const name = vault === undefined ? '' : (nameIn(directory, 'vault', vault) ?? vault)
  const secret = vault === undefined || path === undefined ? undefined : { vault, path }
  return (
    <ol className="start">
      <Step title="Store a secret" done={stored && said(stored, 'stored', actorOf(stored, directory), path, name)}>
        <StoreStep onDone={reload} />
      </Step>
      <Step
        title="Run something with it"
        done={read && said(read, 'read', actorOf(read, directory), resourceOf(read, directory))}
        isNext={stored !== undefined}
      >
        {secret ? (
          <>
            <Snippet title="Read it in a terminal" text={`1claw secrets get ${secret.path} --vault ${shellWord(name)}`} />
            <Snippet
              title="Or run your program with it"
              text={`1claw run ${secret.path} --vault ${shellWord(name)} -- npm start`}
            />
            <p className="quiet">
              Not signed in there yet? <code>1claw login --api-url {location.origin}</code>
            </p>
            <p role="status">Waiting for the first read…</p>
          </>
        ) : (
          <p className="quiet">Store a secret first.</p>
        )}
      </Step>
      <Step
        title="Register an agent that can read one path"
        done={agent && <Link to={`/agents/${agent.id}`}>{agent.name}</Link>}
        isNext={read !== undefined}
        after={registered && <Key of={registered} secret={secret} />}
      >
        <AgentStep
          secret={secret}
          onDone={async made => {
            register(made)
            await reload()
          }}
        />
      </Step>
      <Step
        title="See it denied another path"
        done={
          denied && (
            <>
              {actorOf(denied, directory)} was denied {resourceOf(denied, directory)} · <When instant={denied.created_at} /> ·{' '}
              {whyOf(denied)} <Link to="/audit?outcome=denied">Show in the audit log</Link>
            </>
          )
        }
        isNext={agent !== undefined}
      >
        <DenialStep agent={registered ?? agent} vault={vault} onDone={reload} />
      </Step>
    </ol>
  )
}

/** `ada read app/api-key · 2 minutes ago`. */
function said(event: AuditEvent, did: string, who: string, path = '', vault = ''): ReactNode {
  return (
    <>
      {who} {did}{' '}
      {event.vault_id === undefined ? (
        path
      ) : (
        <Link to={secretAddress({ id: event.vault_id, name: vault || undefined }, path)}>{path}</Link>
      )}
      {vault && ` in ${vault}`} · <When instant={event.created_at} />
    </>
  )
}

function Key({ of: { name, key, refused }, secret }: { of: Registered; secret: { vault: string; path: string } | undefined }) {
  if (key === undefined) return <Alert>{refused}</Alert>
  return (
    <>
      <Alert>{refused && `The agent was registered, but its policy could not be created. ${refused}`}</Alert>
      <p>Copy the key of {name} now: you won’t see it again.</p>
      <KeySnippets apiKey={key} access={secret && { vault_id: secret.vault, secret_path_pattern: secret.path }} />
    </>
  )
}

interface StepProps {
  title: string
  /** The event that shows that it was done. */
  done: ReactNode
  /** Whether the previous step is done. */
  isNext?: boolean
  /** Stays visible once it is done. */
  after?: ReactNode
  children: ReactNode
}

function Step({ title, done, isNext = true, after, children }: StepProps) {
  const announce = useAnnounce()
  const isDone = Boolean(done)
  const before = useRef(isDone)
  useEffect(() => {
    if (isDone && !before.current) announce(`Done: ${title}.`)
    before.current = isDone
  }, [isDone, title, announce])
  if (isDone) {
    return (
      <li className="start-step start-done">
        <h3>
          <span aria-hidden="true">✓ </span>
          {title}
          <span className="only-heard">, done</span>
        </h3>
        <p className="quiet">{done}</p>
        {after}
      </li>
    )
  }
  return (
    <li className="start-step">
      <details open={isNext}>
        <summary>{title}</summary>
        <div className="start-body">{children}</div>
      </details>
    </li>
  )
}
