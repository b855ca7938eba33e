import { Field } from './field.tsx'

interface InstantFieldProps {
  label: string
  name: string
  hint?: string
  /** RFC 3339. */
  initial?: string | undefined
  error?: string | undefined
}

/** A date and time in the reader's time zone. `instantOf` converts it for the server. */
export function InstantField({ initial, ...field }: InstantFieldProps) {
  return <Field {...field} type="datetime-local" autoComplete="off" defaultValue={initial && localOf(new Date(initial))} />
}

/** The entry as RFC 3339; undefined while there is none. */
export function instantOf(entry: string): string | undefined {
  return entry === '' ? undefined : new Date(entry).toISOString()
}

/** `2026-01-31T09:00` in the reader's time zone, the format of the browser's field. */
function localOf(instant: Date): string {
  return new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
