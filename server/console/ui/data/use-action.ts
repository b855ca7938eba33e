import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

export interface Action<Arguments extends unknown[]> {
  readonly busy: boolean
  /** What to tell of a refusal, until the next try. */
  readonly failure: string | null
  /** The refusal itself. */
  readonly problem: Problem | null
  /** Does nothing while an earlier run is under way. Answers whether it went well. */
  run(...args: Arguments): Promise<boolean>
}

/**
 * Something that a click changes on the server, once at a time. A token that the server no longer takes ends the session.
 * @param denied who may do it: said to those who may not
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
