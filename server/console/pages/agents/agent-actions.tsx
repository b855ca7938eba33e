import { useState } from 'react'
import { fileNameOf } from '../../ui/data/download-button.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { envFile } from '../../ui/one-time-key/lines.ts'
import { NewKey } from '../../ui/one-time-key/new-key.tsx'
import type { Agent } from './agent.ts'
import { KeySnippets } from './key-snippets.tsx'
import { type Rotated, RotateKey } from './keys/rotate-key.tsx'

interface AgentActionsProps {
  agent: Agent
  onChanged(): Promise<void>
}

/** Actions on a whole agent. A new key is shown here, once. */
export function AgentActions({ agent, onChanged }: AgentActionsProps) {
  const [rotating, rotate] = useState(false)
  const [key, setKey] = useState<Rotated | null>(null)
  return (
    <>
      <div className="actions">
        <Link to={`/agents/${agent.id}/edit`} className="button button-plain">
          Edit
        </Link>
        {agent.auth_method === 'api_key' && <Button onClick={() => rotate(true)}>Rotate the key</Button>}
      </div>
      {key !== null && <RotatedKey agent={agent} rotated={key} onDone={() => setKey(null)} />}
      {rotating && (
        <RotateKey
          agent={agent}
          onRotated={rotated => {
            setKey(rotated)
            void onChanged()
          }}
          onClose={() => rotate(false)}
        />
      )}
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
      snippets={<KeySnippets apiKey={value} access={access} isRotated />}
      doneLabel="I’ve saved it"
      onDone={onDone}
    >
      <p>
        {kept
          ? `The old key keeps working for ${kept}. Use this key everywhere, then revoke the old key under Keys.`
          : 'The old key and every token made from it no longer work.'}{' '}
        Copy it now: you won’t see it again.
      </p>
    </NewKey>
  )
}
