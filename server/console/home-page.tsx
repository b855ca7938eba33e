import { CodeForm } from './device/code-form.tsx'
import { Page } from './layout/page.tsx'
import { Panel } from './layout/panel.tsx'
import { useSignedIn } from './signed-in.tsx'

/** `/`: who is signed in, and the way to a terminal that waits. */
export function HomePage() {
  const { account } = useSignedIn()
  return (
    <Page title={account.display_name ? `Hello, ${account.display_name}` : 'You are signed in'}>
      <dl className="facts">
        <dt>E-mail</dt>
        <dd>{account.email}</dd>
        <dt>Role</dt>
        <dd>{account.role}</dd>
      </dl>
      <Panel title="Sign in a terminal">
        <p>
          <code>1claw login</code> shows a code. Enter it here to see what is asking, then approve or deny it.
        </p>
        <CodeForm />
      </Panel>
    </Page>
  )
}
