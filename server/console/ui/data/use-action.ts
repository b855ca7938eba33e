import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

export interface Action<Arguments extends unknown[]> {
  readonly busy: boolean
  /** The message about a failure, until the next try. */
  readonly failure: string | null
  /** The problem of that failure. */
  readonly problem: Problem | null
  /** Does nothing while an earlier run has not finished. Returns whether it succeeded. */
  run(...args: Arguments): Promise<boolean>
}

/**
 * An action on the server, once at a time. Ends the session if the server rejects the token.
 * @param denied the message for people without the permission: who may do it
 */
export function useAction<Arguments extends unknown[]>(
  act: (client: Client, ...args: Arguments) => Promise<unknown>,
  denied?: string,
): Action<Arguments> {
  const { client, session } = useSignedIn()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  const run = async (...args: Arguments): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setProblem(null)
    try {
      await act(client, ...args)
      return true
    } catch (thrown) {
      const refusal = problemOf(thrown)
      if (refusal.status === 401) session.expire()
      else setProblem(refusal)
      return false
    } finally {
      setBusy(false)
    }
  }

  return { busy, problem, failure: problem && explain(problem, denied), run }
}
