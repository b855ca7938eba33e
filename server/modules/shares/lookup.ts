import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { Actor } from '../../policy/actor.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { ListedShare, ShareStore } from '../../stores/shares.ts'
import { type Creator, isFor, type Parties } from './parties.ts'

export interface LookupDeps {
  readonly database: Database<{ shares: ShareStore }>
  readonly parties: Parties
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
}

/** An active share, its creator and the vault of its secret. */
export interface Found {
  readonly share: ListedShare
  readonly creator: Creator
  readonly vault: VaultFacts
}

export type Lookup = ReturnType<typeof lookup>

/** Finds a share for the caller. A share that they may not see counts as unknown. */
export function lookup({ database, parties, vaultFacts }: LookupDeps) {
  /** A share that names its recipient, for that recipient. @throws Problem `resource.unknown` */
  async function inbound(id: string, actor: Actor | undefined): Promise<ListedShare> {
    const share = await database.read(({ shares }) => shares.liveOfAnyOrg(id))
    const recipient = share && actor && (await parties.recipient(actor))
    if (!share || !recipient || !isFor(share, recipient)) throw unknownShare()
    return share
  }

  async function forAnyone(id: string): Promise<ListedShare | undefined> {
    const share = await database.read(({ shares }) => shares.liveOfAnyOrg(id))
    return share?.recipient_type === 'anyone_with_link' ? share : undefined
  }

  return {
    inbound,

    /**
     * The share to open or to show.
     * @throws Problem `resource.unknown`
     */
    async openable(id: string, actor: Actor | undefined): Promise<Found> {
      const share = (await forAnyone(id)) ?? (await inbound(id, actor))
      const vault = await vaultFacts(share.vault_id)
      const creator = vault && (await parties.creatorOf(share, vault))
      if (!creator) throw unknownShare()
      return { share, creator, vault }
    },
  }
}

/** @throws Problem `resource.gone` for a share that has expired or was used up. */
export function ensureOpen(share: ListedShare, now: number): void {
  if (share.expires_at <= now) throw new Problem('resource.gone', 'This share has expired.')
  if (share.max_access_count > 0 && share.access_count >= share.max_access_count) throw usedUp()
}

export function usedUp(): Problem {
  return new Problem('resource.gone', 'This share has reached its limit of openings.')
}

export function unknownShare(): Problem {
  return new Problem('resource.unknown', 'There is no share with this id.')
}
