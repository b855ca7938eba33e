import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Health } from '../../session/health.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useRefreshed } from './use-refreshed.ts'

const HealthContext = createContext<Health | undefined>(undefined)

/** A change is visible within five seconds, including the time of the reply. */
const EVERY_MS = 2_500

/** Provides the health of the server to the parts inside, and polls it while the page is visible. */
export function HealthHere({ children }: { children: ReactNode }) {
  const { session } = useSignedIn()
  const [health, setHealth] = useState<Health>()
  const look = async () => {
    const next = await session.health(health)
    // An unchanged state causes no new render.
    setHealth(last => (JSON.stringify(last) === JSON.stringify(next) ? last : next))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once; the timer continues.
  useEffect(() => void look(), [])
  useRefreshed(look, EVERY_MS)
  return <HealthContext value={health}>{children}</HealthContext>
}

/** The health of the server; undefined before the first reply. */
export function useHealth(): Health | undefined {
  return useContext(HealthContext)
}
