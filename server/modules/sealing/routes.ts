import { live, ready } from '../../../src/contract/health.ts'
import { seal, sealStatus, unseal } from '../../../src/contract/keys/sealing.ts'
import { Problem } from '../../../src/problem.ts'
import type { Mount } from '../../http/mount.ts'
import type { Sealing } from './sealing.ts'
import type { Unsealing } from './unsealing.ts'

/** The routes of an open server. */
export function sealRoutes(mount: Mount, sealing: Sealing): void {
  mount(sealStatus, async () => ({ sealed: false }))
  mount(unseal, async () => {
    throw new Problem('resource.conflict', 'This server is not sealed.')
  })
  mount(seal, ({ grant }) => sealing.seal(grant))
}

/** The routes of a sealed server; it answers nothing else. */
export function sealedRoutes(mount: Mount, unsealing: Unsealing): void {
  mount(live, async () => ({ status: 'ok' as const }))
  mount(ready, async () => {
    throw sealedProblem()
  })
  mount(sealStatus, () => unsealing.status())
  mount(unseal, ({ body, visitor }) => unsealing.offer(body, visitor))
}

/** The reply of a sealed server. */
export function sealedProblem(): Problem {
  return new Problem('server.sealed', 'The server is sealed: it has no keys until its operator runs `1claw keys unseal`.', {
    retryAfter: 10,
  })
}
