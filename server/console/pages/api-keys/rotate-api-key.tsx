import { useState } from 'react'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { KEPT, KeptField } from '../../ui/one-time-key/kept-field.tsx'
import type { ApiKey } from './api-key.ts'
import type { MadeKey } from './new-api-key.tsx'

interface RotateApiKeyProps {
  apiKey: ApiKey
  onMade(made: MadeKey): Promise<void>
  onClose(): void
}

/** Makes a key that replaces another; the old one works for a while, so that nothing stops. */
export function RotateApiKey({ apiKey: { id, name }, onMade, onClose }: RotateApiKeyProps) {
  const [kept, keep] = useState<string>(KEPT[0].label)
  const action = useAction(async client => {
    const { ms } = KEPT.find(({ label }) => label === kept) ?? KEPT[0]
    const body = { keep_old_until: new Date(Date.now() + ms).toISOString() }
    const { key, api_key: value } = await client.call('api-keys.rotate', { params: { key_id: id }, body })
    await onMade({ key, value, kept })
  })
  return (
    <Confirm title={`Rotate ${name}?`} verb="Rotate" action={action} onDone={onClose} onClose={onClose}>
      <p>
        The new key has the same name and the same access. It is shown once. The list shows when and from where each of the two
        was last used, so you can revoke the old key when nothing uses it any more.
      </p>
      <KeptField value={kept} onChange={keep} />
    </Confirm>
  )
}
