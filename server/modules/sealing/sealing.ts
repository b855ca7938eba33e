import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { grantEvent, type NewEvent, NO_ORG } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { SealState, Unsealed } from './unsealing.ts'

export interface SealingDeps {
  readonly database: Database<{ audit: AuditStore; orgs: OrgStore }>
  readonly clock: () => number
  /** The seal over the root key in its file; `pkcs11` if there is none. Rejects if it cannot be determined. */
  readonly sealKind: () => Promise<'none' | 'passphrase' | 'shares' | 'pkcs11'>
  /** Replaces this server with the sealed one; absent if it does not listen on a port. */
  readonly sealAgain: (() => Promise<void>) | undefined
}

export type Sealing = ReturnType<typeof sealing>

/** The sealing operations of an open server. */
export function sealing({ database, clock, sealKind, sealAgain }: SealingDeps) {
  return {
    /** @throws Problem `resource.conflict` if nothing could open the server again, or a restart would open it by itself */
    async seal(grant: Grant<'platform.admin'>): Promise<SealState> {
      const kind = await sealKind()
      if (kind === 'pkcs11') {
        throw new Problem('resource.conflict', 'The keys are in an HSM: the PIN of its token is their seal.', {
          hint: 'Stop the server, or take the PIN from it.',
        })
      }
      if (kind === 'none' || !sealAgain) {
        throw new Problem('resource.conflict', 'The root key of this server is not sealed.', {
          hint: 'Run `1claw keys seal` on the server first.',
        })
      }
      const event = grantEvent(grant, 'admin.seal', { resourceType: 'server', resourceId: '', details: { kind } })
      await database.run(({ audit }) => audit.append([event], clock()))
      await sealAgain()
      return { sealed: true, kind }
    },

    /** Records in the platform's log how the server was unsealed, and the failed attempts. */
    recordUnsealing({ kind, ip, wrong }: Unsealed): Promise<void> {
      return database.run(async ({ orgs, audit }) => {
        const orgId = (await orgs.platform())?.id ?? NO_ORG
        const who = { orgId, actorId: '', actorType: 'anonymous', resourceType: 'server', resourceId: '' } as const
        const failures: NewEvent[] = wrong.kept.map(attempt => ({
          ...who,
          action: 'admin.unseal-failure',
          ipAddress: attempt.ip,
          details: { kind: attempt.kind, attempted_at: new Date(attempt.at).toISOString() },
        }))
        const details = { kind, wrong_attempts: wrong.count }
        await audit.append([...failures, { ...who, action: 'admin.unseal', ipAddress: ip, details }], clock())
      })
    },
  }
}
