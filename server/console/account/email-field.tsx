import { Field } from '../form/field.tsx'

/** The address an account goes by; `username` so that password managers keep it together with the password. */
export function EmailField({ error }: { error: string | undefined }) {
  return (
    <Field
      label="E-mail address"
      name="email"
      type="email"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={254}
      required
      error={error}
    />
  )
}

/** What is wrong with an e-mail address as typed, loosely: only its own server knows whether it exists. */
export function emailFault(typed: string): string | undefined {
  if (!typed.trim()) return 'Enter your e-mail address.'
  return /^[^\s@]+@[^\s@]+$/.test(typed.trim()) ? undefined : 'Enter an address like name@example.com.'
}
