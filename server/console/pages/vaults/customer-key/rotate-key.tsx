import { useState } from 'react'
import type { Client, Reply } from '../../../../../src/client/client.ts'
import { Problem } from '../../../../../src/problem.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import type { Vault } from '../vault.ts'
import { KeyField } from './key-field.tsx'
import { NewCustomerKey } from './new-customer-key.tsx'
import { enteredKey, type WrittenKey } from './written-key.ts'

interface RotateKeyProps {
  vault: Vault
  onClose(): void
  onDone(): Promise<void>
}

const LOOK_EVERY_MS = 500

/** Has the server encrypt every value with a new customer key. Only for this it is sent keys, both of them, and forgets them afterwards. */
export function RotateKey({ vault, onClose, onDone }: RotateKeyProps) {
  const { keys, background } = useSignedIn()
  const [old, setOld] = useState('')
  const [fault, setFault] = useState<string>()
  const [job, setJob] = useState<Reply<'cmek.rotation'>>()

  const rotate = async (client: Client, next: WrittenKey) => {
    setFault(undefined)
    const entered = await enteredKey(old, vault.cmek_fingerprint)
    if (typeof entered === 'string') return setFault(entered)
    const headers = { 'x-cmek-old-key': entered.written, 'x-cmek-new-key': next.written }
    const params = { vault_id: vault.id }
    const body = { new_fingerprint: next.key.fingerprint }
    keys.enter(vault.id, entered.key)
    keys.enter(vault.id, next.key)
    await ended(background, await client.call('cmek.rotate', { params, body }, { headers }), setJob)
    await onDone()
  }

  return (
    <NewCustomerKey title="Rotate the customer key" vault={vault} verb="Rotate" ready={old !== ''} use={rotate} onClose={onClose}>
      <p>
        The server opens every value with the current key and encrypts it with the new one. Both keys are sent to it for this,
        kept in memory only, and wiped afterwards.
      </p>
      <KeyField
        label="Current key"
        hint="It is sent to the server with the new one."
        value={old}
        onChange={setOld}
        error={fault}
      />
      {job && (
        <p role="status">
          {job.processed} of {job.total_secrets} versions
        </p>
      )}
      <p>The new key:</p>
    </NewCustomerKey>
  )
}

/** Waits for the end of the rotation. @throws Problem `check.failed` when it has failed */
async function ended(
  background: Client,
  begun: Reply<'cmek.rotate'>,
  show: (job: Reply<'cmek.rotation'>) => void,
): Promise<void> {
  const params = { vault_id: begun.vault_id, job_id: begun.id }
  for (let job = begun; ; ) {
    show(job)
    if (job.status === 'completed') return
    if (job.status === 'failed') throw new Problem('check.failed', job.error ?? 'The rotation failed.')
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS))
    job = await background.call('cmek.rotation', { params })
  }
}
