import type { Contract } from '../../../../src/contract/all.ts'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { QrCode } from '../../ui/data/qr-code.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'

/** The secret for an authenticator. */
export type Offered = Contract['mfa.setup']['reply']

interface TurnOnProps {
  offered: Offered
  onOn(recoveryCodes: readonly string[]): void
  onCancel(): void
}

const WRONG = 'This code is wrong. Wait for the next one and try it.'

/** Shows the secret for an authenticator, and a field for its first code. */
export function TurnOn({ offered, onOn, onCancel }: TurnOnProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['code'],
    check: entry => (entry('code').trim() ? null : { fields: { code: 'Enter the six digits that it shows.' } }),
    send: async (client, entry) => {
      const body = { code: entry('code').trim() }
      onOn((await client.call('mfa.verify-setup', { body })).recovery_codes)
    },
    failureOf: ({ extras }) => (extras.fields?.['code'] ? { fields: { code: WRONG } } : undefined),
  })
  return (
    <>
      <p>Scan this with your authenticator app, then enter the code that it shows.</p>
      <div className="qr">
        <QrCode text={offered.otpauth_uri} label="QR code with the key for the authenticator" />
        <div className="qr-aside">
          <p>If you cannot scan it, enter this key:</p>
          <p className="once">{offered.secret.replace(/(.{4})(?=.)/g, '$1 ')}</p>
          <CopyButton text={offered.secret} what="the key" clearAfter={45} />
        </div>
      </div>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          required
          error={failure?.fields?.['code']}
        />
        <div className="actions">
          <Button kind="primary" type="submit" busy={busy}>
            {busy ? 'Checking…' : 'Turn on'}
          </Button>
          <Button onClick={onCancel}>Cancel</Button>
        </div>
      </form>
    </>
  )
}
