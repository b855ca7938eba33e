import { SignIn } from './account/sign-in.tsx'
import { CodeForm } from './device/code-form.tsx'
import { Button } from './form/button.tsx'
import { Heading } from './heading.tsx'
import type { Session, SignedIn } from './session.ts'

/** `/`: who is signed in, a way out, and the way to a terminal that waits. */
export function HomePage({ session }: { session: Session }) {
  return session.current ? <Welcome session={session} who={session.current} /> : <SignIn session={session} />
}

function Welcome({ session, who: { account } }: { session: Session; who: SignedIn }) {
  return (
    <>
      <Heading>{account.display_name ? `Hello, ${account.display_name}` : 'You are signed in'}</Heading>
      <dl className="facts">
        <dt>E-mail</dt>
        <dd>{account.email}</dd>
        <dt>Role</dt>
        <dd>{account.role}</dd>
      </dl>
      <section aria-labelledby="terminal">
        <h2 id="terminal">Sign in a terminal</h2>
        <p>
          <code>1claw login</code> shows a code. Enter it here to see what is asking, then approve or deny it.
        </p>
        <CodeForm />
      </section>
      <p className="aside">
        <Button onClick={session.signOut}>Sign out</Button>
      </p>
    </>
  )
}
