import type { Client } from '../../../../src/client/client.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useUndo } from '../../ui/data/use-undo.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { type Agent, ONLY_ITS_PEOPLE } from './agent.ts'

interface PauseButtonProps {
  agent: Agent
  onChanged(): Promise<void>
}

/** Pauses or resumes an agent at once. One click, which can be undone. */
export function PauseButton({ agent: { id, name, is_active: isActive }, onChanged }: PauseButtonProps) {
  const announce = useAnnounce()
  const undo = useUndo()
  const turn = isActive ? pause : resume
  const action = useAction(client => turn(client, id), ONLY_ITS_PEOPLE)
  const click = async () => {
    if (!(await action.run())) return
    const [done, back] = isActive ? [PAUSED, RESUMED] : [RESUMED, PAUSED]
    const takeBack = undo(
      client => (isActive ? resume : pause)(client, id),
      () => void onChanged(),
      `${name} ${back}`,
    )
    announce(`${name} ${done}`, takeBack)
    await onChanged()
  }
  return (
    <>
      <Button busy={action.busy} onClick={click}>
        {isActive ? 'Pause' : 'Resume'}
      </Button>
      <Alert>{action.failure}</Alert>
    </>
  )
}

const PAUSED = 'is paused: all its requests are denied.'
const RESUMED = 'is active again: its keys work.'

function pause(client: Client, id: string): Promise<unknown> {
  return client.call('agents.deactivate', { params: { agent_id: id } })
}

function resume(client: Client, id: string): Promise<unknown> {
  return client.call('agents.update', { params: { agent_id: id }, body: { is_active: true } })
}
