import type { Database } from '../../db/database.ts'
import type { Actor } from '../../policy/actor.ts'
import { isConfined } from '../../policy/caller.ts'
import { withinCeilings } from '../../policy/decide.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ListedShare, ShareStore } from '../../stores/shares.ts'
import { ensureOpen, type Lookup, unknownShare } from './lookup.ts'
import type { Parties } from './parties.ts'

export interface SharesDeps {
  readonly database: Database<{ shares: ShareStore; audit: AuditStore }>
  readonly lookup: Lookup
  readonly parties: Parties
  readonly clock: () => number
}

type RecipientGrant = Grant<'share.accept' | 'share.decline'>

/** The operations of both sides on existing shares. */
export function sharesService({ database, lookup, parties, clock }: SharesDeps) {
  return {
    /** A credential that is confined to paths or vaults sees only the shares of secrets in them. */
    async outbound({ actor, orgId }: Grant<'share.list'>): Promise<ListedShare[]> {
      const made = await database.read(({ shares }) => shares.outbound(orgId, actor.type, actor.id))
      return made.filter(share => reaches(actor, share))
    },

    async inbound({ actor }: Grant<'share.list'>): Promise<ListedShare[]> {
      const recipient = await parties.recipient(actor)
      return recipient ? database.read(({ shares }) => shares.inbound(recipient)) : []
    },

    describe: async (id: string, actor: Actor | undefined) => (await lookup.openable(id, actor)).share,

    async accept(grant: Grant<'share.accept'>, id: string): Promise<void> {
      const share = await lookup.inbound(id, grant.actor)
      ensureOpen(share, clock())
      if (share.accepted_at !== null && share.recipient_id === grant.actor.id) return
      await database.run(async ({ shares, audit }) => {
        if (!(await shares.accept(share.org_id, id, grant.actor.id, clock()))) throw unknownShare()
        await audit.append([recipientEvent(grant, 'share.accept', share)], clock())
      })
    },

    async decline(grant: Grant<'share.decline'>, id: string): Promise<void> {
      const share = await lookup.inbound(id, grant.actor)
      await database.run(async ({ shares, audit }) => {
        if (!(await shares.decline(share.org_id, id, clock()))) throw unknownShare()
        await audit.append([recipientEvent(grant, 'share.decline', share)], clock())
      })
    },

    async revoke(grant: Grant<'share.revoke'>, id: string): Promise<void> {
      const { type, id: actorId, orgId } = grant.actor
      await database.run(async ({ shares, audit }) => {
        const share = isConfined(grant.actor) ? await shares.liveOfAnyOrg(id) : undefined
        if (isConfined(grant.actor) && !(share && reaches(grant.actor, share))) throw unknownShare()
        if (!(await shares.revoke(id, { type, id: actorId, orgId }, clock()))) throw unknownShare()
        await audit.append([grantEvent(grant, 'share.revoke', { resourceType: 'share', resourceId: id })], clock())
      })
    },
  }
}

function reaches(actor: Actor, { vault_id, path }: ListedShare): boolean {
  return withinCeilings({ id: vault_id }, actor, path) === null
}

/** Recorded in the log of the share's organisation, which can differ from the recipient's. */
function recipientEvent({ actor, ip }: RecipientGrant, action: string, share: ListedShare): NewEvent {
  const about = { resourceType: 'share', resourceId: share.id, details: { path: share.path, secret_id: share.secret_id } }
  return grantEvent({ actor, orgId: share.org_id, ip }, action, about)
}
