import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'

interface TurnOffProps {
  onOff(): void
  onCancel(): void
}

const WRONG = 'This code is wrong or was used before.'

/** Turns the second factor off, for a person who proves to own it. */
export function TurnOff({ onOff, onCancel }: TurnOffProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['code'],
    check: entry => (entry('code').trim() ? null : { fields: { code: 'Enter a code.' } }),
    send: async (client, entry) => {
      await client.call('mfa.disable', { body: { code: entry('code').trim() } })
      onOff()
    },
    failureOf: ({ extras }) => (extras.fields?.['code'] ? { fields: { code: WRONG } } : undefined),
  })
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate>
      <p>Your password alone will be enough to sign in, and your recovery codes stop working.</p>
      <Alert>{failure?.message}</Alert>
      <Field
        label="Code of your authenticator, or a recovery code"
        name="code"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        required
        error={failure?.fields?.['code']}
      />
      <div className="actions">
        <Button kind="danger" type="submit" busy={busy}>
          Turn off
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  )
}
