import { Field } from '../../ui/form/field.tsx'

interface EmailFieldProps {
  error: string | undefined
  /** The only address that is accepted. */
  fixed?: string | undefined
  /** It is the address of somebody else. */
  ofAnother?: boolean
}

/** The address of an account; `username` so that password managers store it together with the password. */
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
