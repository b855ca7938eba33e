import { useState } from 'react'
import { useAction } from '../../../ui/data/use-action.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { KEPT, KeptField } from '../../../ui/one-time-key/kept-field.tsx'
import { type Agent, ONLY_ITS_PEOPLE } from '../agent.ts'

/** A new key, and how long the old one still works; not at all if `kept` is absent. */
export interface Rotated {
  readonly key: string
  readonly kept?: string
}

interface RotateKeyProps {
  agent: Agent
  onRotated(rotated: Rotated): void
  onClose(): void
}

/** Gives an agent a new key; the old one keeps working for a while, unless it must end at once. */
export function RotateKey({ agent, onRotated, onClose }: RotateKeyProps) {
  const [kept, keep] = useState<string>(KEPT[0].label)
  const params = { agent_id: agent.id }
  const action = useAction(async client => {
    const length = KEPT.find(({ label }) => label === kept)
    if (!length) return onRotated({ key: (await client.call('agents.rotate-key', { params })).api_key })
    const keep_old_until = new Date(Date.now() + length.ms).toISOString()
    const { api_key: key } = await client.call('agents.add-key', { params, body: { keep_old_until } })
    onRotated({ key, kept: length.label })
  }, ONLY_ITS_PEOPLE)
  return (
    <Confirm title={`Rotate the key of ${agent.name}?`} verb="Rotate" action={action} onDone={onClose} onClose={onClose}>
      <p>The new key is shown once.</p>
      <KeptField value={kept} onChange={keep}>
        <option value="">Stops working now</option>
      </KeptField>
      {kept === '' && (
        <p className="warning">Everything that uses the old key stops working at once, and all tokens of the agent end.</p>
      )}
    </Confirm>
  )
}
