import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { download } from '../../ui/data/download.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { useUndo } from '../../ui/data/use-undo.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { GrantDialog } from '../policies/grant/grant-dialog.tsx'
import type { Listed } from '../secrets/ages/listed.ts'
import { amount, oneByOne, summary } from './chosen.ts'
import { SetExpiry } from './set-expiry.tsx'

interface SelectionProps {
  chosen: readonly Listed[]
  /** Whether all rows that are shown are selected, and how to select all or none of them. */
  page: { readonly all: boolean; choose(on: boolean): void }
  onClear(): void
  onDone(): Promise<void>
}

/** The actions for the selected secrets. */
export function Selection({ chosen, page, onClear, onDone }: SelectionProps) {
  const [open, setOpen] = useState<'expiry' | 'grant' | 'trash' | null>(null)
  const close = () => setOpen(null)
  const names = () =>
    download('secrets.txt', 'text/plain', `${chosen.map(({ vault_name, path }) => referenceOf(vault_name, path)).join('\n')}\n`)
  return (
    <section className="selection" aria-label="Selected secrets">
      <p role="status">{chosen.length === 0 ? 'No secrets selected.' : `${amount(chosen.length)} selected.`}</p>
      <Button kind="link" onClick={() => page.choose(!page.all)}>
        {page.all ? 'Deselect this page' : 'Select this page'}
      </Button>
      {chosen.length > 0 && (
        <div className="actions">
          <Button onClick={() => setOpen('expiry')}>Edit expiry</Button>
          <Button onClick={() => setOpen('grant')}>Grant access</Button>
          <Button onClick={names}>Export names</Button>
          <Button onClick={() => setOpen('trash')}>Delete</Button>
          <Button kind="link" onClick={onClear}>
            Clear selection
          </Button>
        </div>
      )}
      {open === 'expiry' && <SetExpiry secrets={chosen} onClose={close} onDone={onDone} />}
      {open === 'grant' && (
        <GrantDialog places={chosen.map(({ vault_id, path }) => ({ vault_id, pattern: path }))} onClose={close} onDone={onDone} />
      )}
      {open === 'trash' && <DeleteSelected secrets={chosen} onClose={close} onDone={onDone} />}
    </section>
  )
}

interface DeleteSelectedProps {
  secrets: readonly Listed[]
  onClose(): void
  onDone(): Promise<void>
}

function DeleteSelected({ secrets, onClose, onDone }: DeleteSelectedProps) {
  const announce = useAnnounce()
  const undo = useUndo()
  const action = useAction(async client => {
    const gone = await oneByOne(secrets, target => client.call('secrets.delete', target))
    if (gone.length > 0)
      announce(
        `${amount(gone.length)} deleted.`,
        undo(restoring(gone), () => void onDone(), 'Restored.'),
      )
  })
  const done = async () => {
    onClose()
    await onDone()
  }
  return (
    <Confirm title={`Delete ${amount(secrets.length)}?`} verb="Delete" action={action} onDone={done} onClose={onClose}>
      <p>Nobody can read them any more. You can restore them for a while, under “Deleted”.</p>
      <p>{summary(secrets)}</p>
    </Confirm>
  )
}

function restoring(secrets: readonly Listed[]) {
  return (client: Client) => oneByOne(secrets, target => client.call('secrets.restore', target))
}

function referenceOf(vault: string, path: string): string {
  return `1claw://${encodeURIComponent(vault)}/${path}`
}
