import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

/** The person's address and display name. */
export function Details() {
  const { account, session } = useSignedIn()
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['display_name'],
    send: async (client, entry) => {
      const body = { display_name: entry('display_name').trim(), marketing_emails: entry('marketing_emails') === 'on' }
      await client.call('account.update', { body })
      announce('Your details are saved.')
      await session.refresh()
    },
  })
  return (
    <Panel title="Details">
      <dl className="facts">
        <dt>E-mail</dt>
        <dd>
          {account.email} {account.email_verified && <Badge tone="good">Confirmed</Badge>}
        </dd>
        <dt>Signs in by</dt>
        <dd>{account.auth_method === 'google' ? 'The issuer of your organisation (OIDC)' : 'Password'}</dd>
        <dt>Account since</dt>
        <dd>
          <When instant={account.created_at} />
        </dd>
      </dl>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Your name"
          name="display_name"
          autoComplete="name"
          maxLength={255}
          defaultValue={account.display_name}
          error={failure?.fields?.['display_name']}
        />
        <label className="check">
          <input type="checkbox" name="marketing_emails" autoComplete="off" defaultChecked={account.marketing_emails} /> Mail me
          about new features
        </label>
        <Button kind="primary" type="submit" busy={busy}>
          Save
        </Button>
      </form>
    </Panel>
  )
}
