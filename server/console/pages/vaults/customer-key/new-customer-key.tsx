import { type ReactNode, useEffect, useState } from 'react'
import type { Client } from '../../../../../src/client/client.ts'
import { CopyButton } from '../../../ui/data/copy-button.tsx'
import { DownloadButton, fileNameOf } from '../../../ui/data/download-button.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Check } from '../../../ui/form/check.tsx'
import type { Vault } from '../vault.ts'
import { newKey, type WrittenKey } from './written-key.ts'

interface NewCustomerKeyProps {
  title: string
  vault: Vault
  /** The purpose of the key, shown above it. */
  children: ReactNode
  /** The label of the button: `Turn on`. */
  verb: string
  /** Other entries that have to be right first. */
  ready?: boolean
  use(client: Client, key: WrittenKey): Promise<void>
  onClose(): void
}

/** Creates a key in the browser. The person must confirm that it is saved before they can continue. */
export function NewCustomerKey({ title, vault, children, verb, ready = true, use, onClose }: NewCustomerKeyProps) {
  const [made, setMade] = useState<WrittenKey>()
  const [saved, setSaved] = useState(false)
  const action = useAction(async (client, key: WrittenKey) => use(client, key))
  useEffect(() => {
    void newKey().then(setMade)
  }, [])
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {made && (
        <>
          <pre className="shared-value">{made.written}</pre>
          <div className="actions">
            <CopyButton text={made.written} what="the key" />
            <DownloadButton name={fileNameOf(vault.name, '.cmek-key')} text={`${made.written}\n`} what="the key" />
          </div>
          <Check
            name="saved"
            label="I have saved the key outside this page"
            hint="If it is lost, nobody can read the values of this vault, the server included."
            onChange={setSaved}
          />
          <Alert>{action.failure}</Alert>
          <div className="decision">
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" disabled={!saved || !ready} busy={action.busy} onClick={() => action.run(made)}>
              {verb}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
