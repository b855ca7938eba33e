import { health, hsmHealth, live, openapi, ready, serverStatus } from '../../../src/contract/health.ts'
import { Problem } from '../../../src/problem.ts'
import type { Mount } from '../../http/mount.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { timeOf } from './in-time.ts'
import type { ServerStatus } from './status.ts'

export interface HealthDeps {
  readonly keyring: Keyring
  readonly version: string
  readonly status: ServerStatus
  /** The checks by name; each rejects if its part cannot serve requests. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  /** The OpenAPI document, rendered at the first request. */
  readonly openapiDocument: () => Record<string, unknown>
}

export function healthRoutes(mount: Mount, { keyring, version, status, checks, openapiDocument }: HealthDeps): void {
  mount(live, async () => ({ status: 'ok' as const }))

  mount(health, async () => ({
    status: (await failing(checks)).length === 0 ? ('healthy' as const) : ('degraded' as const),
    version,
  }))

  mount(hsmHealth, async () => ({ ...(await keyring.status()), provider: keyring.provider }))

  mount(serverStatus, async ({ grant }) => status(grant))

  mount(ready, async () => {
    const failed = await failing(checks)
    if (failed.length > 0) throw new Problem('server.busy', `Not ready: ${failed.join(', ')}.`, { retryAfter: 5 })
    return { status: 'ready' as const, checks: Object.fromEntries(Object.keys(checks).map(name => [name, 'ok' as const])) }
  })

  mount(openapi, async () => openapiDocument())
}

async function failing(checks: HealthDeps['checks']): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ((await timeOf(check)) === undefined ? name : undefined)),
  )
  return outcomes.filter(name => name !== undefined)
}
