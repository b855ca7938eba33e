import { useCallback, useRef, useState } from 'react'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { allFound, type Found } from '../../ui/all-found.ts'

export interface Names {
  readonly found: readonly Found[]
  /** There are more names than are cached here. */
  readonly more: boolean
  readonly loading: boolean
  readonly failure: string | null
}

/** Names of everything that the person may list, which are searched without a request for each key press. The previous ones stay until the new ones have arrived. */
export function useNames(): readonly [names: Names, refresh: () => void] {
  const { client, session } = useSignedIn()
  const [names, setNames] = useState<Names>({ found: [], more: false, loading: false, failure: null })
  const asked = useRef(0)
  const refresh = useCallback(() => {
    const question = ++asked.current
    setNames(known => ({ ...known, loading: true, failure: null }))
    allFound(client)
      .then(next => ({ ...next, loading: false, failure: null }))
      .catch((thrown: unknown) => {
        const problem = problemOf(thrown)
        if (problem.status === 401) session.expire()
        return { found: [], more: false, loading: false, failure: explain(problem) }
      })
      .then(next => {
        if (question === asked.current) setNames(next)
      })
  }, [client, session])
  return [names, refresh]
}
