import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { InstantField, instantOf } from '../../ui/form/instant-field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { TextArea } from '../../ui/form/text-area.tsx'
import { linesOf, metadataOf } from './metadata.ts'
import { type SecretType, type Summary, TYPES } from './secret.ts'

interface SecretFieldsProps {
  /** The version that the new one follows. */
  previous?: Summary | undefined
  /** There is an earlier version, though it may be unknown: its type can stay. */
  follows?: boolean
  failure: Failure | null
  onType?: (type: string) => void
}

export const FIELD_NAMES = ['path', 'value', 'type', 'metadata', 'expires_at', 'max_access_count']

/** The fields of a version except its value. */
export function SecretFields({ previous, follows = false, failure, onType }: SecretFieldsProps) {
  const fault = (name: string) => failure?.fields?.[name]
  return (
    <>
      <SelectField
        label="Type"
        name="type"
        defaultValue={previous?.type ?? (follows ? '' : 'generic')}
        error={fault('type')}
        onChange={event => onType?.(event.target.value)}
      >
        {follows && !previous && <option value="">As before</option>}
        {Object.entries(TYPES).map(([type, label]) => (
          <option key={type} value={type}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className="form-row">
        <InstantField label="Expires (optional)" name="expires_at" error={fault('expires_at')} />
        <Field
          label="Read limit (optional)"
          name="max_access_count"
          type="number"
          min={1}
          max={2_147_483_647}
          step={1}
          autoComplete="off"
          placeholder="Unlimited"
          defaultValue={previous?.max_access_count}
          error={fault('max_access_count')}
        />
      </div>
      <TextArea
        label="Metadata (optional)"
        name="metadata"
        {...EXACT}
        rows={2}
        hint="One key=value a line. Metadata is not secret: everyone who can list the secret can see it."
        defaultValue={linesOf(previous?.metadata)}
        error={fault('metadata')}
      />
    </>
  )
}

/** The fields in the server's form. */
export function bodyOf(entry: Entries, value: string) {
  const metadata = metadataOf(entry('metadata'))
  const expires_at = instantOf(entry('expires_at'))
  const times = entry('max_access_count')
  return {
    value,
    ...(entry('type') !== '' && { type: entry('type') as SecretType }),
    ...(typeof metadata === 'object' && Object.keys(metadata).length > 0 && { metadata }),
    ...(expires_at !== undefined && { expires_at }),
    ...(times !== '' && { max_access_count: Number(times) }),
  }
}

/** The errors in the fields, by name. */
export function faultsOf(entry: Entries): Record<string, string | undefined> {
  const metadata = metadataOf(entry('metadata'))
  const expires = instantOf(entry('expires_at'))
  const times = entry('max_access_count')
  return {
    metadata: typeof metadata === 'string' ? metadata : undefined,
    expires_at: expires !== undefined && Date.parse(expires) <= Date.now() ? 'This is in the past.' : undefined,
    max_access_count: times === '' || (/^\d+$/.test(times) && Number(times) > 0) ? undefined : 'Enter a whole number above zero.',
  }
}
