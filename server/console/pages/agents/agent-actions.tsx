import { useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { fileNameOf } from '../../ui/data/download-button.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { envFile } from '../../ui/one-time-key/lines.ts'
import { NewKey } from '../../ui/one-time-key/new-key.tsx'
import { type Agent, ONLY_ITS_PEOPLE } from './agent.ts'
import { Deactivate } from './agent-confirms.tsx'
import { KeySnippets } from './key-snippets.tsx'
import { type Rotated, RotateKey } from './keys/rotate-key.tsx'

interface AgentActionsProps {
  agent: Agent
  onChanged(): Promise<void>
}

/** What can be done with an agent as a whole. A new key is shown here, once. */
export function AgentActions({ agent, onChanged }: AgentActionsProps) {
  const [asking, ask] = useState<'rotate' | 'deactivate' | null>(null)
  const [key, setKey] = useState<Rotated | null>(null)
  const announce = useAnnounce()
  const activate = useAction(
    client => client.call('agents.update', { params: { agent_id: agent.id }, body: { is_active: true } }),
    ONLY_ITS_PEOPLE,
  )
  const reactivate = async () => {
    if (!(await activate.run())) return
    announce(`The agent ${agent.name} gets in again.`)
    await onChanged()
  }
  return (
    <>
      <div className="actions">
        <Link to={`/agents/${agent.id}/edit`} className="button button-plain">
          Edit
        </Link>
        {agent.auth_method === 'api_key' && <Button onClick={() => ask('rotate')}>Rotate the key</Button>}
        {agent.is_active ? (
          <Button onClick={() => ask('deactivate')}>Deactivate</Button>
        ) : (
          <Button busy={activate.busy} onClick={reactivate}>
            Reactivate
          </Button>
        )}
      </div>
      <Alert>{activate.failure}</Alert>
      {key !== null && <RotatedKey agent={agent} rotated={key} onDone={() => setKey(null)} />}
      {asking === 'rotate' && (
        <RotateKey
          agent={agent}
          onRotated={rotated => {
            setKey(rotated)
            void onChanged()
          }}
          onClose={() => ask(null)}
        />
      )}
      {asking === 'deactivate' && <Deactivate agent={agent} onDone={onChanged} onClose={() => ask(null)} />}
    </>
  )
}

function RotatedKey({ agent, rotated, onDone }: { agent: Agent; rotated: Rotated; onDone(): void }) {
  const { key: value, kept } = rotated
  const { state } = useLoaded(client => client.call('policies.of-agent', { params: { agent_id: agent.id } }))
  const access = state.at === 'loaded' ? state.value.policies.find(({ permissions }) => permissions.includes('read')) : undefined
  const text = envFile({ url: location.origin, variable: 'ONECLAW_AGENT_API_KEY', key: value })
  return (
    <NewKey
      title={`The new key of ${agent.name}`}
      value={value}
      file={{ name: fileNameOf(agent.name, '.env'), text }}
      snippets={<KeySnippets apiKey={value} access={access} />}
      doneLabel="I’ve saved it"
      onDone={onDone}
    >
      <p>
        {kept
          ? `The old key works for ${kept} still. Put this one everywhere, then revoke the old key under Keys.`
          : 'The old key and every token made from it are denied from now on.'}{' '}
        Copy it now: you won’t see it again.
      </p>
    </NewKey>
  )
}
