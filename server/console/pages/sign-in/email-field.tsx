import { Field } from '../../ui/form/field.tsx'

interface EmailFieldProps {
  error: string | undefined
  /** The address that it has to be. */
  fixed?: string | undefined
  /** Not the reader's own. */
  ofAnother?: boolean
}

/** The address an account goes by; `username` so that password managers keep it together with the password. */
export function EmailField({ error, fixed, ofAnother }: EmailFieldProps) {
  return (
    <Field
      label="E-mail address"
      name="email"
      type="email"
      autoComplete={ofAnother ? 'off' : 'username'}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={254}
      required
      readOnly={fixed !== undefined}
      defaultValue={fixed}
      error={error}
    />
  )
}

/** The fault of a typed e-mail address. The check is loose, because only the mail server knows whether the address exists. */
export function emailFault(typed: string, missing = 'Enter your e-mail address.'): string | undefined {
  if (!typed.trim()) return missing
  return /^[^\s@]+@[^\s@]+$/.test(typed.trim()) ? undefined : 'Enter an address like name@example.com.'
}
