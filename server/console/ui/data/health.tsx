import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { type Health, healthWith } from '../../session/health.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { type Loaded, useLoaded } from './use-loaded.ts'
import { useRefreshed } from './use-refreshed.ts'

type Status = Contract['server.status']['reply']

const HealthContext = createContext<Health | undefined>(undefined)
const StatusContext = createContext<Loaded<Status> | null>(null)

/** A change is visible within five seconds, including the time of the reply. */
const EVERY_MS = 2_500
/** The status costs queries. In addition, a change of the public health asks for it at once. */
const STATUS_EVERY_MS = 10_000

/**
 * Provides the health of the server to the parts inside, and polls it while the page is visible. For owners and admins it is that of the
 * page Server: its one query is here.
 */
export function HealthHere({ children }: { children: ReactNode }) {
  const { account, session } = useSignedIn()
  const [health, setHealth] = useState<Health>()
  const look = async () => {
    const next = await session.health(health)
    // An unchanged state causes no new render.
    setHealth(last => (JSON.stringify(last) === JSON.stringify(next) ? last : next))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once; the timer continues.
  useEffect(() => void look(), [])
  useRefreshed(look, EVERY_MS)
  if (account.role === 'member') return <HealthContext value={health}>{children}</HealthContext>
  return <WithStatus health={health}>{children}</WithStatus>
}

function WithStatus({ health, children }: { health: Health | undefined; children: ReactNode }) {
  const { account, background } = useSignedIn()
  const status = useLoaded(client => client.call('server.status'), account.org_id)
  const { refresh, state } = status
  const word = health?.word
  const seen = useRef(word)
  useEffect(() => {
    if (seen.current !== undefined && seen.current !== word) void refresh(background)
    seen.current = word
  }, [word, refresh, background])
  useRefreshed(refresh, STATUS_EVERY_MS)
  const overall = state.at === 'loaded' ? state.value.status : undefined
  const joined = useMemo(() => health && healthWith(health, overall), [health, overall])
  return (
    <StatusContext value={status}>
      <HealthContext value={joined}>{children}</HealthContext>
    </StatusContext>
  )
}

/** The health of the server; undefined before the first reply. */
export function useHealth(): Health | undefined {
  return useContext(HealthContext)
}

/** The status of the server, part by part, which updates itself; for owners and admins only. */
export function useServerStatus(): Loaded<Status> {
  const status = useContext(StatusContext)
  if (!status) throw new Error('The status of the server is for owners and admins.')
  return status
}
