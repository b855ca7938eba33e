import { type DragEvent, useState } from 'react'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { ChoiceField } from '../../../ui/form/choice-field.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { TextArea } from '../../../ui/form/text-area.tsx'
import { amount } from '../chosen.ts'
import { type VaultToChoose, WithVaults } from '../with-vaults.tsx'
import { type Compared, compare } from './compare.ts'
import { entriesIn } from './entries-in.ts'
import { chosen, dropped, entriesOfFolder, type Folder, type Source } from './folder.ts'
import { Preview } from './preview.tsx'

interface ImportDialogProps {
  onClose(): void
  onDone(): Promise<void>
}

/** Imports a `.env` or JSON file, or a folder: pasted, chosen or dropped; previewed before it is saved, and saved as one. */
export function ImportDialog({ onClose, onDone }: ImportDialogProps) {
  // On the page: a message inside the dialog would disappear with it.
  const announce = useAnnounce()
  const saved = async (text: string) => {
    onClose()
    announce(text)
    await onDone()
  }
  return (
    <Dialog title="Import secrets" onClose={onClose}>
      <WithVaults>{found => <Steps vaults={found} onClose={onClose} onSaved={saved} />}</WithVaults>
    </Dialog>
  )
}

interface StepsProps {
  vaults: readonly VaultToChoose[]
  onClose(): void
  onSaved(text: string): Promise<void>
}

interface Asked {
  readonly vault: string
  readonly folder: string
  readonly text: string
  /** The files of a folder, in place of the text. */
  readonly sources?: readonly Source[] | undefined
}

/** More are written with `1claw secrets import`. */
const MOST = 500

function Steps({ vaults, onClose, onSaved }: StepsProps) {
  const { client } = useSignedIn()
  const [asked, setAsked] = useState<Asked>({ vault: vaults[0]?.id ?? '', folder: '', text: '' })
  const [fault, setFault] = useState<string>()
  const [compared, setCompared] = useState<readonly Compared[]>()
  const look = useAction(async () => {
    const { text, folder, sources } = asked
    const read = sources ? entriesOfFolder(sources, folder) : entriesIn(text, folder)
    const wrong = 'fault' in read ? read.fault : countFault(read.entries.length)
    setFault(wrong)
    if (wrong === undefined && 'entries' in read) setCompared(await compare(client, asked.vault, read.entries))
  })
  const wanted = compared?.filter(({ state }) => state !== 'same') ?? []
  const save = useAction(async () => {
    const secrets = wanted.map(({ path, value }) => ({ path, value }))
    await client.call('secrets.put-many', { params: { vault_id: asked.vault }, body: { secrets } })
    await onSaved(`${amount(secrets.length)} saved in ${vaults.find(({ id }) => id === asked.vault)?.name}.`)
  })
  const change = (part: Partial<Asked>) => {
    setAsked(before => ({ ...before, ...part }))
    setCompared(undefined)
    setFault(undefined)
  }
  const take = async (file: File | undefined) => {
    if (file) change({ text: await file.text(), sources: undefined })
  }
  const takeFolder = async (reading: Promise<Folder>) => {
    const folder = await reading
    change({ text: '', sources: 'sources' in folder ? folder.sources : undefined })
    if ('fault' in folder) setFault(folder.fault)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const { files, items } = event.dataTransfer
    const isFolder = files.length > 1 || items[0]?.webkitGetAsEntry()?.isDirectory
    void (isFolder ? takeFolder(dropped(items)) : take(files[0]))
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        void (compared ? save.run() : look.run())
      }}
      onDragOver={event => event.preventDefault()}
      onDrop={drop}
      noValidate
    >
      <Alert>{look.failure ?? save.failure}</Alert>
      <div className="form-row">
        <ChoiceField
          label="Vault"
          name="vault"
          choices={vaults.map(({ id, name }) => ({ value: id, label: name }))}
          value={asked.vault}
          onChange={vault => change({ vault })}
        />
        <Field
          label="Folder (optional)"
          name="folder"
          {...EXACT}
          value={asked.folder}
          onChange={event => change({ folder: event.target.value })}
        />
      </div>
      <TextArea
        label="A .env or JSON file"
        name="text"
        rows={6}
        {...EXACT}
        value={asked.text}
        hint="Paste it, or drop the file or a folder here. Values that exist are read to compare them, which is logged."
        error={fault}
        onChange={event => change({ text: event.target.value, sources: undefined })}
      />
      <Field
        label="Or choose a file"
        name="file"
        type="file"
        autoComplete="off"
        onChange={event => void take(event.target.files?.[0])}
      />
      <Field
        label="Or choose a folder"
        name="chosen_folder"
        type="file"
        autoComplete="off"
        ref={input => input?.setAttribute('webkitdirectory', '')}
        hint="Its .env and JSON files are read; each other file becomes a secret."
        onChange={event => void (event.target.files?.length && takeFolder(chosen(event.target.files)))}
      />
      {asked.sources && (
        <p role="status">{asked.sources.length === 1 ? '1 file' : `${asked.sources.length} files`} of the folder.</p>
      )}
      {compared && <Preview entries={compared} />}
      <div className="decision">
        <Button onClick={onClose}>Cancel</Button>
        {compared ? (
          <Button kind="primary" type="submit" busy={save.busy} disabled={wanted.length === 0}>
            Save {amount(wanted.length)}
          </Button>
        ) : (
          <Button kind="primary" type="submit" busy={look.busy}>
            Preview
          </Button>
        )}
      </div>
    </form>
  )
}

function countFault(count: number): string | undefined {
  if (count === 0) return 'No entries found. Write NAME=value on each line, or a JSON object.'
  return count > MOST ? `At most ${MOST} secrets can be saved at once; use 1claw secrets import for ${count}.` : undefined
}
