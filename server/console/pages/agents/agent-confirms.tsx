import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { type Agent, ONLY_ITS_PEOPLE } from './agent.ts'

interface ChangeProps {
  agent: Agent
  onDone(): Promise<void>
  onClose(): void
}

export function RotateIdentity({ agent, onDone, onClose }: ChangeProps) {
  const announce = useAnnounce()
  const action = useAction(
    client => client.call('agents.rotate-identity-keys', { params: { agent_id: agent.id } }),
    ONLY_ITS_PEOPLE,
  )
  const done = async () => {
    onClose()
    announce(`The agent ${agent.name} has new identity keys.`)
    await onDone()
  }
  return (
    <Confirm title={`Rotate the identity keys of ${agent.name}?`} verb="Rotate" action={action} onDone={done} onClose={onClose}>
      <p>
        Give the new public keys to everyone who uses the old ones. The old private keys stay readable, as older versions of their
        secrets.
      </p>
    </Confirm>
  )
}
