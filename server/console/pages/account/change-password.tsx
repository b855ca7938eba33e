import { useSignedIn } from '../../session/signed-in.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { PasswordField } from '../../ui/form/password-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'

/** The address of the account that `serve --dev` creates, whose password is random and kept nowhere. */
const DEV_EMAIL = 'dev@localhost'

const CHANGED = 'Your password is changed, and every session has ended. Sign in with the new one.'

const REQUEST = (
  <div className="actions">
    <Link to="/forgot-password" className="button button-plain">
      Request a link
    </Link>
  </div>
)

/** Changes the password. This ends every session, including this one. */
export function ChangePassword() {
  const { account, session } = useSignedIn()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['current_password', 'new_password'],
    check,
    send: async (client, entry) => {
      const body = { current_password: entry('current_password'), new_password: entry('new_password') }
      await client.call('auth.change-password', { body })
      session.startOver(CHANGED)
    },
  })
  const faults = failure?.fields
  if (account.auth_method !== 'password') {
    return (
      <Panel title="Password">
        <p>You sign in with your OIDC issuer and need no password. If you want one as well, a link in a mail sets it.</p>
        {REQUEST}
      </Panel>
    )
  }
  if (account.email === DEV_EMAIL) {
    return (
      <Panel title="Password">
        <p>
          Nobody knows the password of the development account: <code>1claw console</code> opens these pages without one. If you
          want one, a link in a mail sets it. Without SMTP, the mail waits on the page of the server.
        </p>
        {REQUEST}
      </Panel>
    )
  }
  return (
    <Panel title="Password">
      <p>A change ends every session and token of your account, here and elsewhere. API keys stay.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <PasswordField
          label="Current password"
          name="current_password"
          autoComplete="current-password"
          error={faults?.['current_password']}
        />
        <PasswordField
          label="New password"
          name="new_password"
          autoComplete="new-password"
          hint="At least 12 characters. Four or five unrelated words make a good one."
          error={faults?.['new_password']}
        />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Saving…' : 'Save password'}
        </Button>
      </form>
    </Panel>
  )
}

function check(entry: Entries): Failure | null {
  const current = entry('current_password') ? undefined : 'Enter your current password.'
  const next = entry('new_password').length < 12 ? 'Use at least 12 characters.' : undefined
  return current || next ? { fields: { current_password: current, new_password: next } } : null
}
