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
      /** It is the answer to the question before, or to an earlier asking: the server has not answered this one yet. */
      readonly isStale?: boolean
    }
  | { readonly at: 'failed'; readonly problem: Problem; readonly message: string }

export interface Loaded<T> {
  readonly state: Loading<T>
  /** Asks again; what was there stays until the answer comes. */
  reload(): Promise<void>
  /** The same by the client of `useRefreshed`, for a page that asks again by itself. */
  refresh(background: Client): Promise<void>
}

interface Asked {
  /**
   * What is shown until the server has answered. `remembered`, the usual one: what it answered to the same question before, in this tab.
   * `previous`: the answer to the question before, where that is a view of the same thing. `nothing`: for what a form starts from,
   * which must not be older than what it would overwrite.
   */
  readonly until?: 'remembered' | 'previous' | 'nothing'
}

/**
 * What the server says, asked for when the component appears and again whenever `key` changes. Answers that come too late for the
 * question are dropped. A token that the server no longer takes ends the session.
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
    // An answer that was shown before is not told apart from it any more.
    question.current++
    setState(next)
  }, [])
  const reload = useCallback(() => refresh(client), [refresh, client])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what `load` asks.
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
        // Something of it was never asked for: the server answers all of it.
        () => undefined,
      )
    }
    return () => {
      question.current++
    }
  }, [reload, recall, key])

  // The session had ended, and whoever it was has signed in again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each sign-in gets an account of its own.
  useEffect(() => {
    if (unanswered.current) void reload()
  }, [account, reload])

  return { state, reload, refresh }
}

function failed(problem: Problem): Loading<never> {
  return { at: 'failed', problem, message: explain(problem) }
}
