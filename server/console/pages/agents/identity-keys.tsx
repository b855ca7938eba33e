import { useState } from 'react'
import { manages } from '../../session/session.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import type { Agent } from './agent.ts'
import { RotateIdentity } from './agent-confirms.tsx'

/** The public identity keys of an agent. */
export function IdentityKeys({ agent, onChanged }: { agent: Agent; onChanged(): Promise<void> }) {
  const { account } = useSignedIn()
  const [asking, ask] = useState(false)
  const rotate = manages(account, agent) && <Button onClick={() => ask(true)}>Rotate the identity keys</Button>
  return (
    <Panel title="Identity keys" actions={rotate}>
      <p className="quiet">Others check its signatures, and encrypt for it, with these. They are public.</p>
      <dl className="facts facts-stacked">
        <PublicKey label="Signing (Ed25519)" value={agent.ssh_public_key} />
        <PublicKey label="Agreement (P-256)" value={agent.ecdh_public_key} />
      </dl>
      {asking && <RotateIdentity agent={agent} onDone={onChanged} onClose={() => ask(false)} />}
    </Panel>
  )
}

function PublicKey({ label, value }: { label: string; value: string | undefined }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="with-button">
        {value === undefined ? 'None' : <code>{value}</code>}
        {value !== undefined && <CopyButton text={value} what={`the public key, ${label}`} kind="link" />}
      </dd>
    </>
  )
}
