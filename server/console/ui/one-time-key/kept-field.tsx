import type { ReactNode } from 'react'
import { SelectField } from '../form/select-field.tsx'

const DAY_MS = 86_400_000

/** How long an old key can keep working next to its replacement; the first is the default. */
export const KEPT = [
  { label: '7 days', ms: 7 * DAY_MS },
  { label: '1 day', ms: DAY_MS },
  { label: '30 days', ms: 30 * DAY_MS },
] as const

interface KeptFieldProps {
  /** A label of `KEPT`, or the value of one of `children`. */
  value: string
  onChange(value: string): void
  /** More options. */
  children?: ReactNode
}

/** A field for how long the old key keeps working when a new one replaces it. */
export function KeptField({ value, onChange, children }: KeptFieldProps) {
  return (
    <SelectField label="The old key" name="kept" value={value} onChange={event => onChange(event.target.value)}>
      {KEPT.map(({ label }) => (
        <option key={label} value={label}>
          Keeps working for {label}
        </option>
      ))}
      {children}
    </SelectField>
  )
}
