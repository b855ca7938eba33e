import { useState } from 'react'
import type { Problem } from '../../../../../src/problem.ts'
import { byName } from '../../../address.ts'
import { explain, explainField } from '../../../failure.ts'
import { patternFault } from '../../../ui/access/pattern.ts'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Checks } from '../../../ui/form/checks.tsx'
import { FormButtons } from '../../../ui/form/form-buttons.tsx'
import { InstantField } from '../../../ui/form/instant-field.tsx'
import { SelectField } from '../../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../../ui/form/submission.ts'
import { Link } from '../../../ui/link.tsx'
import { type Directory, NamesHere, nameIn, principalOf, useDirectory, useDirectoryState } from '../../../ui/people/names.tsx'
import { PrincipalField } from '../../../ui/people/principal-field.tsx'
import { conditionsOf, limitsFrom, NO_LIMITS } from '../conditions.ts'
import { ConditionsFields } from '../conditions-fields.tsx'
import { PERMISSION_NAMES, PERMISSIONS, type Permission } from '../policy.ts'
import { pathsByVault } from './paths-by-vault.ts'
import { type Paths, type Place, sentenceOf } from './place.ts'
import { PlaceFields } from './place-fields.tsx'
import { endOf, LENGTHS, type Length, lengthOf, untilWords } from './until.ts'

interface GrantDialogProps {
  /** The principal: `agent:<id>` or `user:<id>`. Selected here if absent. */
  principal?: string
  /** The initial lines. */
  places?: readonly Omit<Place, 'key'>[]
  onClose(): void
  onDone(): Promise<void>
}

/** Grants a principal access to any number of paths, in any number of vaults: all or nothing. */
export function GrantDialog(props: GrantDialogProps) {
  // On the page: a message inside the dialog would disappear with it.
  const announce = useAnnounce()
  return (
    <Dialog title="Grant access" onClose={props.onClose}>
      <NamesHere>
        <Known {...props} announce={announce} />
      </NamesHere>
    </Dialog>
  )
}

interface KnownProps extends GrantDialogProps {
  announce(text: string): void
}

function Known(props: KnownProps) {
  const directory = useDirectoryState()
  const names = useLoaded(pathsByVault)
  return (
    <LoadedView of={directory} what="people and vaults">
      {({ vaults }) =>
        vaults.length === 0 ? (
          <p>
            No vaults yet. <Link to="/vaults?new=vault">Create one</Link> first.
          </p>
        ) : (
          <GrantForm
            {...props}
            vaults={vaults.toSorted(byName)}
            paths={names.state.at === 'loaded' ? names.state.value : undefined}
          />
        )
      }
    </LoadedView>
  )
}

interface GrantFormProps extends KnownProps {
  vaults: Directory['vaults']
  /** Absent until they are loaded. */
  paths: Paths | undefined
}

const NO_PATHS: Paths = new Map()

function GrantForm({ principal, places: initial, vaults, paths: loaded, announce, onClose, onDone }: GrantFormProps) {
  const paths = loaded ?? NO_PATHS
  const directory = useDirectory()
  const [places, setPlaces] = useState<readonly Place[]>(() => firstLines(initial, vaults))
  const [who, setWho] = useState(principal ?? '')
  const [length, setLength] = useState<Length>('')
  const [chosen, setChosen] = useState({ permissions: ['read'] as readonly Permission[], date: '' })
  const name = nameOf(directory, who)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: [],
    check: entry => checked(entry, who, places, length),
    failureOf: refused,
    send: async (client, entry) => {
      const { type, id } = principalOf(who)
      const body = {
        grants: places.map(({ vault_id, pattern }) => ({ vault_id, secret_path_pattern: pattern.trim() })),
        principal_type: type,
        principal_id: id,
        permissions: [...permissionsIn(entry)],
        expires_at: endOf(length, entry('expires_at'), Date.now()),
        conditions: conditionsOf(limitsFrom(entry)),
      }
      await client.call('policies.create-many', { body })
      onClose()
      announce(`${name} has access to ${places.map(({ pattern }) => pattern.trim()).join(', ')}. It takes effect now.`)
      await onDone()
    },
  })
  const fault = (field: string) => failure?.fields?.[field]
  const note = () => {
    const data = new FormData(ref.current ?? undefined)
    const entry = (field: string) => String(data.get(field) ?? '')
    setChosen({ permissions: permissionsIn(entry), date: entry('expires_at') })
  }
  return (
    <form ref={ref} onSubmit={onSubmit} onChange={note} noValidate>
      <Alert>{failure?.message}</Alert>
      {principal === undefined ? (
        <PrincipalField label="Who" name="principal" error={fault('principal')} onChange={setWho} />
      ) : (
        <p>
          For <strong>{name}</strong>
        </p>
      )}
      <PlaceFields
        vaults={vaults}
        paths={paths}
        known={loaded !== undefined}
        places={places}
        onChange={setPlaces}
        faultOf={line => fault(`grants[${line}]`)}
      />
      <div className="stacked">
        <Checks legend="Can" names={PERMISSION_NAMES} labels={PERMISSIONS} checked={['read']} error={fault('permissions')} />
      </div>
      <SelectField label="How long" name="length" value={length} onChange={event => setLength(lengthOf(event.target.value))}>
        {LENGTHS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {length === 'date' && <InstantField label="Expires" name="expires_at" error={fault('expires_at')} />}
      <ConditionsFields limits={NO_LIMITS} failure={failure} />
      <p className="grant-sentence" role="status">
        {sentenceOf(name, chosen.permissions, places, {
          paths,
          nameOf: id => vaults.find(vault => vault.id === id)?.name ?? id,
          until: untilWords(length, chosen.date),
        })}
      </p>
      <FormButtons onCancel={onClose} busy={busy}>
        Grant access
      </FormButtons>
    </form>
  )
}

function firstLines(initial: readonly Omit<Place, 'key'>[] = [], vaults: Directory['vaults']): Place[] {
  const lines = initial.length > 0 ? initial : [{ vault_id: vaults[0]?.id ?? '', pattern: '' }]
  return lines.map((line, key) => ({ ...line, key }))
}

function nameOf(directory: Directory, who: string): string {
  if (who === '') return ''
  const { type, id } = principalOf(who)
  return nameIn(directory, type, id) ?? ''
}

function permissionsIn(entry: Entries): Permission[] {
  return PERMISSION_NAMES.filter(name => entry(name) === 'on')
}

function checked(entry: Entries, who: string, places: readonly Place[], length: Length): Failure | null {
  const end = endOf(length, entry('expires_at'), Date.now())
  const lines = places.flatMap(({ pattern }, line) => {
    const wrong = pattern.trim() === '' ? 'Enter a path or a pattern.' : patternFault(pattern.trim())
    return wrong === undefined ? [] : [[`grants[${line}]`, wrong] as const]
  })
  const fields = {
    ...(who === '' && { principal: 'Choose a person or an agent.' }),
    ...Object.fromEntries(lines),
    ...(permissionsIn(entry).length === 0 && { permissions: 'Choose at least one.' }),
    ...(length === 'date' && end === null && { expires_at: 'Enter a date.' }),
    ...(length === 'date' && end !== null && Date.parse(end) <= Date.now() && { expires_at: 'This is in the past.' }),
  }
  return Object.keys(fields).length > 0 ? { fields } : null
}

/** Errors that are shown at a field of the form. */
const SHOWN = /^(principal_id|permissions|expires_at|grants\[\d+\].*|conditions\..*)$/

const MANAGERS = 'Only owners, admins and people who manage a vault can grant what is in it.'

/** The server names the position of an error in a line, or in the conditions. */
function refused(problem: Problem): Failure {
  const faults = Object.entries(problem.extras.fields ?? {})
  if (!faults.every(([field]) => SHOWN.test(field)) || faults.length === 0) return { message: explain(problem, MANAGERS) }
  const shown = faults.map(([field, fault]) => [fieldOf(field), explainField(fault)] as const)
  return { fields: Object.fromEntries(shown) }
}

/** `grants[2].secret_path_pattern` is shown at the line `grants[2]`. */
function fieldOf(field: string): string {
  if (field === 'principal_id') return 'principal'
  return /^grants\[\d+\]/.exec(field)?.[0] ?? field
}
