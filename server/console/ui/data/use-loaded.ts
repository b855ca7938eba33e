import { useCallback, useEffect, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

export type Loading<T> =
  | { readonly at: 'loading' }
  | {
      readonly at: 'loaded'
      readonly value: T
      /** The value is from a previous request: the server has not answered this one yet. */
      readonly isStale?: boolean
    }
  | { readonly at: 'failed'; readonly problem: Problem; readonly message: string }

export interface Loaded<T> {
  readonly state: Loading<T>
  /** Loads again; the current value stays until the reply arrives. */
  reload(): Promise<void>
  /** The same with the client of `useRefreshed`, for a page that polls. */
  refresh(background: Client): Promise<void>
}

interface Asked {
  /**
   * The value until the server has answered. `remembered` (default): the last reply to the same request in this tab. `previous`: the reply
   * to the previous request, if that shows the same thing. `nothing`: for the initial values of a form, which must not be older than the
   * state that the form would overwrite.
   */
  readonly until?: 'remembered' | 'previous' | 'nothing'
}

/**
 * Data from the server, loaded when the component appears and again whenever `key` changes. Replies to an outdated request are dropped.
 * Ends the session if the server rejects the token.
 */
export function useLoaded<T>(load: (client: Client) => Promise<T>, key = '', { until = 'remembered' }: Asked = {}): Loaded<T> {
  const { account, client, recall, session } = useSignedIn()
  const [state, setState] = useState<Loading<T>>({ at: 'loading' })
  const question = useRef(0)
  const unanswered = useRef(false)
  const latest = useRef({ load, session, until })
  latest.current = { load, session, until }

  const refresh = useCallback(async (by: Client) => {
    const asked = ++question.current
    const next = await latest.current
      .load(by)
      .then((value): Loading<T> => ({ at: 'loaded', value }))
      .catch((thrown: unknown): Loading<T> => failed(problemOf(thrown)))
    if (asked !== question.current) return
    unanswered.current = next.at === 'failed' && next.problem.status === 401
    if (unanswered.current) return latest.current.session.expire()
    // From now on a remembered value must not replace the server's.
    question.current++
    setState(next)
  }, [])
  const reload = useCallback(() => refresh(client), [refresh, client])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` identifies the request of `load`.
  useEffect(() => {
    const { load, until } = latest.current
    setState(before => (until === 'previous' && before.at === 'loaded' ? { ...before, isStale: true } : { at: 'loading' }))
    void reload()
    const asked = question.current
    if (until !== 'nothing') {
      recall(load).then(
        value => {
          if (asked === question.current) setState({ at: 'loaded', value, isStale: true })
        },
        // A part of it is not remembered, so only the server's reply is shown.
        () => undefined,
      )
    }
    return () => {
      question.current++
    }
  }, [reload, recall, key])

  // The session had ended, and the person has signed in again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each sign-in creates a new account object.
  useEffect(() => {
    if (unanswered.current) void reload()
  }, [account, reload])

  return { state, reload, refresh }
}

function failed(problem: Problem): Loading<never> {
  return { at: 'failed', problem, message: explain(problem) }
}
