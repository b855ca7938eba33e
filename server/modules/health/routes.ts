import { health, hsmHealth, live, openapi, ready } from '../../../src/contract/health.ts'
import { Problem } from '../../../src/problem.ts'
import type { Mount } from '../../http/mount.ts'
import type { Keyring } from '../../keys/keyring.ts'

export interface HealthDeps {
  readonly keyring: Keyring
  readonly version: string
  /** By name; each rejects when its part cannot serve requests. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  /** The OpenAPI document, rendered when first asked for. */
  readonly openapiDocument: () => Record<string, unknown>
}

/** A check that takes longer counts as failed. */
const CHECK_MS = 2000

export function healthRoutes(mount: Mount, { keyring, version, checks, openapiDocument }: HealthDeps): void {
  mount(live, async () => ({ status: 'ok' as const }))

  mount(health, async () => ({
    status: (await failing(checks)).length === 0 ? ('healthy' as const) : ('degraded' as const),
    version,
  }))

  mount(hsmHealth, async () => ({ ...(await keyring.status()), provider: keyring.provider }))

  mount(ready, async () => {
    const failed = await failing(checks)
    if (failed.length > 0) throw new Problem('server.busy', `Not ready: ${failed.join(', ')}.`, { retryAfter: 5 })
    return { status: 'ready' as const, checks: Object.fromEntries(Object.keys(checks).map(name => [name, 'ok' as const])) }
  })

  mount(openapi, async () => openapiDocument())
}

async function failing(checks: HealthDeps['checks']): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const deadline = AbortSignal.timeout(CHECK_MS)
      const late = new Promise<never>((_, reject) =>
        deadline.addEventListener('abort', () => reject(deadline.reason), { once: true }),
      )
      return Promise.race([check(), late]).then(
        () => undefined,
        () => name,
      )
    }),
  )
  return outcomes.filter(name => name !== undefined)
}
