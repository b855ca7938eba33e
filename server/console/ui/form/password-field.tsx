import { useState } from 'react'
import { Field } from './field.tsx'

interface PasswordFieldProps {
  label?: string
  name?: string
  autoComplete: 'current-password' | 'new-password'
  hint?: string
  error?: string | undefined
}

/** A password, hidden until the person reveals it. */
export function PasswordField({ label = 'Password', name = 'password', autoComplete, hint, error }: PasswordFieldProps) {
  const [shown, show] = useState(false)
  return (
    <Field
      label={label}
      name={name}
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      maxLength={256}
      required
      hint={hint}
      error={error}
      trailing={inputId => (
        <button type="button" className="reveal" aria-controls={inputId} onClick={() => show(!shown)}>
          {shown ? 'Hide' : 'Show'}
          <span className="only-heard"> {label.toLowerCase()}</span>
        </button>
      )}
    />
  )
}
