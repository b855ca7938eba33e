import { useEffect, useState } from 'react'
import { explain, problemOf } from '../../failure.ts'
import type { Session } from '../../session/session.ts'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { navigate } from '../../ui/location.ts'

/** The token in the link. */
const tokenInAddress = () => location.hash.slice(1)

/** On the local machine nobody else can have made the link; elsewhere, a stranger's link would sign the person in as the stranger. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** `/open#…`: opened by a terminal. It signs the person in as in the terminal. */
export function OpenPage({ session }: { session: Session }) {
  const [token] = useState(tokenInAddress)
  const [going, go] = useState(() => LOOPBACK.test(location.hostname))
  const [failure, setFailure] = useState<string | null>(null)

  // It is removed from the address at once, so that it is not in the history. Not during rendering, which React may do twice.
  useEffect(() => history.replaceState(null, '', location.pathname), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a link counts once.
  useEffect(() => {
    if (!going || failure !== null) return
    session
      .open(token)
      .then(() => navigate('/', 'replace'))
      .catch(thrown => setFailure(explain(problemOf(thrown))))
  }, [going])

  if (failure !== null) {
    return (
      <>
        <Heading>This link does not work any more</Heading>
        <p>{failure}</p>
        <p className="aside">
          <Link to="/">Sign in instead</Link>
        </p>
      </>
    )
  }
  if (going) {
    return (
      <p className="loading" role="status">
        Signing in…
      </p>
    )
  }
  return (
    <>
      <Heading>Open the console?</Heading>
      <p>You will be signed in as the person who ran 1claw console. Continue only if you just ran it yourself.</p>
      <Button kind="primary" onClick={() => go(true)}>
        Continue
      </Button>
    </>
  )
}
