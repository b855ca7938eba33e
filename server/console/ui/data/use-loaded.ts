import { useCallback, useEffect, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

export type Loading<T> =
  | { readonly at: 'loading' }
  | { readonly at: 'loaded'; readonly value: T }
  | { readonly at: 'failed'; readonly problem: Problem; readonly message: string }

export interface Loaded<T> {
  readonly state: Loading<T>
  /** Asks again; what was there stays until the answer comes. */
  reload(): Promise<void>
  /** The same by the client of `useRefreshed`, for a page that asks again by itself. */
  refresh(background: Client): Promise<void>
}

/**
 * What the server says, asked for when the component appears and again whenever `key` changes. Answers that come too late for the
 * question are dropped. A token that the server no longer takes ends the session.
 */
export function useLoaded<T>(load: (client: Client) => Promise<T>, key = ''): Loaded<T> {
  const { client, session } = useSignedIn()
  const [state, setState] = useState<Loading<T>>({ at: 'loading' })
  const question = useRef(0)
  const latest = useRef({ load, session })
  latest.current = { load, session }

  const refresh = useCallback(async (by: Client) => {
    const asked = ++question.current
    const next = await latest.current
      .load(by)
      .then((value): Loading<T> => ({ at: 'loaded', value }))
      .catch((thrown: unknown): Loading<T> => failed(problemOf(thrown)))
    if (asked !== question.current) return
    if (next.at === 'failed' && next.problem.status === 401) return latest.current.session.expire()
    setState(next)
  }, [])
  const reload = useCallback(() => refresh(client), [refresh, client])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what `load` asks.
  useEffect(() => {
    setState({ at: 'loading' })
    void reload()
    return () => {
      question.current++
    }
  }, [reload, key])

  return { state, reload, refresh }
}

function failed(problem: Problem): Loading<never> {
  return { at: 'failed', problem, message: explain(problem) }
}
