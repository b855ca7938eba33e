import { type ChangeEvent, useRef } from 'react'
import { Button } from '../../../ui/form/button.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'

interface KeyFieldProps {
  label: string
  /** Receives the key. */
  hint: string
  value: string
  onChange(text: string): void
  error?: string | undefined
}

/** More than a file with a key has. */
const MOST_BYTES = 1_000

/** A customer key, pasted or from its file. */
export function KeyField({ label, hint, value, onChange, error }: KeyFieldProps) {
  const picker = useRef<HTMLInputElement>(null)
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [file] = target.files ?? []
    target.value = ''
    if (file) onChange(file.size > MOST_BYTES ? file.name : (await file.text()).trim())
  }
  return (
    <>
      <Field
        label={label}
        name="key"
        type="password"
        {...EXACT}
        required
        hint={hint}
        value={value}
        onChange={event => onChange(event.target.value)}
        error={error}
      />
      <p>
        <Button kind="link" onClick={() => picker.current?.click()}>
          Choose file
        </Button>
        <input ref={picker} type="file" hidden aria-label="File with the key" autoComplete="off" onChange={choose} />
      </p>
    </>
  )
}
