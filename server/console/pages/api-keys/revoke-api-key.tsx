import { problemOf } from '../../failure.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import type { ApiKey } from './api-key.ts'

interface RevokeApiKeyProps {
  apiKey: ApiKey
  onDone(): Promise<void>
  onClose(): void
}

export function RevokeApiKey({ apiKey, onDone, onClose }: RevokeApiKeyProps) {
  const announce = useAnnounce()
  const action = useAction(client =>
    client.call('api-keys.revoke', { params: { key_id: apiKey.id } }).catch((thrown: unknown) => {
      // Already revoked elsewhere, as wanted.
      if (problemOf(thrown).status !== 404) throw thrown
    }),
  )
  const done = async () => {
    onClose()
    announce(`The API key ${apiKey.name} is revoked.`)
    await onDone()
  }
  return (
    <Confirm title={`Revoke ${apiKey.name}?`} verb="Revoke" action={action} onDone={done} onClose={onClose}>
      <p>
        The key that begins with <code>{apiKey.key_prefix}</code> and every token made from it stop working at once. This cannot
        be undone.
      </p>
    </Confirm>
  )
}
