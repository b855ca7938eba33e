import { useCallback, useRef, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import type { Found } from './entries.ts'

export interface Names {
  readonly found: readonly Found[]
  /** There are more names than are cached here. */
  readonly more: boolean
  readonly loading: boolean
  readonly failure: string | null
}

const PAGE = 5000
/** Names that are searched without a request for each key press. */
const MOST = 20_000

/** Names of everything that the person may list. The previous ones stay until the new ones have arrived. */
export function useNames(): readonly [names: Names, refresh: () => void] {
  const { client, session } = useSignedIn()
  const [names, setNames] = useState<Names>({ found: [], more: false, loading: false, failure: null })
  const asked = useRef(0)
  const refresh = useCallback(() => {
    const question = ++asked.current
    setNames(known => ({ ...known, loading: true, failure: null }))
    allNames(client)
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

async function allNames(client: Client): Promise<Pick<Names, 'found' | 'more'>> {
  const found: Found[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await client.call('search.find', { query: { limit: PAGE, ...(cursor !== undefined && { cursor }) } })
    found.push(...page.results)
    cursor = page.next_cursor
    if (cursor === undefined) return { found, more: false }
    if (found.length >= MOST) return { found, more: true }
  }
}
