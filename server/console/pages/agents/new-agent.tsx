import type { Access } from '../../ui/access/grant-fields.tsx'
import { fileNameOf } from '../../ui/data/download-button.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { envFile } from '../../ui/one-time-key/lines.ts'
import { NewKey } from '../../ui/one-time-key/new-key.tsx'
import type { Agent } from './agent.ts'
import { Unlimited } from './form/unlimited.tsx'
import { KeySnippets } from './key-snippets.tsx'
import { KeylessSignIn } from './keyless-sign-in.tsx'

export interface Registered {
  readonly agent: Agent
  /** Absent for agents that sign in without one. */
  readonly key: string | undefined
  readonly access: Access | undefined
  /** Why the requested policy was not granted. */
  readonly refused: string | undefined
}

/** An agent that was just made, with its key for as long as the page stays open. */
export function NewAgent({ registered: { agent, key, access, refused }, onDone }: { registered: Registered; onDone(): void }) {
  const granted = refused === undefined ? access : undefined
  return (
    <>
      <Alert>{refused && `The agent was registered, but its first policy could not be created. ${refused}`}</Alert>
      <Unlimited agent={agent} />
      {key === undefined ? (
        <section className="panel" aria-label="How it signs in">
          <KeylessSignIn agent={agent} />
          <div className="actions">
            <Button onClick={onDone}>Go to the agent</Button>
          </div>
        </section>
      ) : (
        <NewKey
          title={`The key of ${agent.name}`}
          value={key}
          file={{
            name: fileNameOf(agent.name, '.env'),
            text: envFile({ url: location.origin, variable: 'ONECLAW_AGENT_API_KEY', key }),
          }}
          snippets={<KeySnippets apiKey={key} access={granted} />}
          doneLabel="I’ve saved it; go to the agent"
          onDone={onDone}
        >
          <p>Copy it now: you won’t see it again. Anyone who has it can act as the agent. If it is lost, rotate it.</p>
          <dl className="facts">
            <dt>Agent id</dt>
            <dd>{agent.id}</dd>
          </dl>
        </NewKey>
      )}
    </>
  )
}
