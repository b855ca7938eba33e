import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { download } from '../../ui/data/download.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { useUndo } from '../../ui/data/use-undo.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { GrantDialog } from '../policies/grant/grant-dialog.tsx'
import type { Listed } from './listed.ts'
import { SetExpiry } from './set-expiry.tsx'

interface SelectionProps {
  chosen: readonly Listed[]
  onClear(): void
  onDone(): Promise<void>
}

/** What can be done with the secrets that are selected. */
export function Selection({ chosen, onClear, onDone }: SelectionProps) {
  const [open, setOpen] = useState<'expiry' | 'grant' | 'trash' | null>(null)
  const close = () => setOpen(null)
  const names = () =>
    download('secrets.txt', 'text/plain', `${chosen.map(({ vault_name, path }) => referenceOf(vault_name, path)).join('\n')}\n`)
  return (
    <section className="selection" aria-label="Selected secrets">
      <p role="status">{chosen.length === 0 ? 'No secrets selected.' : `${amount(chosen.length)} selected.`}</p>
      {chosen.length > 0 && (
        <div className="actions">
          <Button onClick={() => setOpen('expiry')}>Set expiry</Button>
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
      <p>No version of them can be read any more. They can be restored for a while.</p>
      <p>{summary(secrets)}</p>
    </Confirm>
  )
}

function restoring(secrets: readonly Listed[]) {
  return (client: Client) => oneByOne(secrets, target => client.call('secrets.restore', target))
}

/** Does the same with each. Those that went well; the first failure ends it, and what was done stays done. */
export async function oneByOne(
  secrets: readonly Listed[],
  act: (target: { params: { vault_id: string; path: string } }) => Promise<unknown>,
): Promise<readonly Listed[]> {
  const done: Listed[] = []
  for (const secret of secrets) {
    await act({ params: { vault_id: secret.vault_id, path: secret.path } })
    done.push(secret)
  }
  return done
}

const NAMED = 5

/** The first few by name, and how many more. */
export function summary(secrets: readonly Listed[]): string {
  const named = secrets.slice(0, NAMED).map(({ vault_name, path }) => `${path} in ${vault_name}`)
  const more = secrets.length - named.length
  return `${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`
}

export function amount(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'secret' : 'secrets'}`
}

function referenceOf(vault: string, path: string): string {
  return `1claw://${encodeURIComponent(vault)}/${path}`
}
