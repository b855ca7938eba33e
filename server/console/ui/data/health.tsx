import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { Health } from '../../session/health.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useRefreshed } from './use-refreshed.ts'

const HealthContext = createContext<Health | undefined>(undefined)

/** With the time that an answer takes, a change shows within five seconds. */
const EVERY_MS = 2_500

/** How the server is, for everything inside: asked again and again while somebody looks at the page. */
export function HealthHere({ children }: { children: ReactNode }) {
  const { session } = useSignedIn()
  const [health, setHealth] = useState<Health>()
  const look = async () => {
    const next = await session.health(health)
    // What has not changed draws nothing again.
    setHealth(last => (JSON.stringify(last) === JSON.stringify(next) ? last : next))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; the timer goes on from there.
  useEffect(() => void look(), [])
  useRefreshed(look, EVERY_MS)
  return <HealthContext value={health}>{children}</HealthContext>
}

/** How the server is; undefined before the first answer. */
export function useHealth(): Health | undefined {
  return useContext(HealthContext)
}
