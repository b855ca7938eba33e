import { useEffect, useState } from 'react'
import type { Session, SignInOptions } from '../../session/session.ts'

/** How people sign up and in on this server; `null` until it is known, and if the server does not answer. */
export function useSignInOptions({ options }: Session): SignInOptions | null {
  const [known, setKnown] = useState<SignInOptions | null>(null)
  useEffect(() => {
    let gone = false
    options().then(
      found => gone || setKnown(found),
      () => undefined,
    )
    return () => {
      gone = true
    }
  }, [options])
  return known
}
