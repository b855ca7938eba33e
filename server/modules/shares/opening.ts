import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { ipIdentity, type Lockout } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Actor, Visitor } from '../../policy/actor.ts'
import { inAnyRange } from '../../policy/conditions.ts'
import { withinCeilings } from '../../policy/decide.ts'
import { denied } from '../../policy/denial.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import type { SecretStore, VersionRow } from '../../stores/secrets.ts'
import type { ListedShare, ShareStore } from '../../stores/shares.ts'
import { ensureOpen, type Found, type Lookup, usedUp } from './lookup.ts'
import type { PassphraseHashing, SharedSecrets } from './ports.ts'

export interface ShareOpeningDeps {
  readonly database: Database<{ shares: ShareStore; secrets: SecretStore; audit: AuditStore; outbox: OutboxStore }>
  readonly lookup: Lookup
  readonly secrets: SharedSecrets
  readonly passphrases: PassphraseHashing
  readonly lockout: Lockout
  readonly templates: Pick<MailTemplates, 'shareOpened'>
  /** Resolves when the events are committed. */
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export interface OpenedShare {
  readonly share: ListedShare
  readonly row: VersionRow
  readonly value: string
}

/** The number of openings about which the creator is informed one by one; after that, about every hundredth. */
const TOLD_EACH = 20
const TOLD_EVERY = 100

/**
 * Opens a share. The statement that counts the opening decides whether one is left, in the transaction that records it; the value is opened
 * afterwards.
 */
export function shareOpening(deps: ShareOpeningDeps) {
  const { database, lookup, secrets, passphrases, lockout, templates, record, clock } = deps

  return async (id: string, actor: Actor | undefined, passphrase: string | undefined, visitor: Visitor): Promise<OpenedShare> => {
    const found = await lookup.openable(id, actor)
    const { share, creator, vault } = found
    if (share.recipient_type !== 'anyone_with_link' && share.accepted_at === null) {
      throw denied('share-not-accepted', 'Accept this share first.')
    }
    ensureOpen(share, clock())
    const row = await secrets.newest(vault, share.secret_id)
    secrets.ensureVisible(creator.viewer, row.type)
    if (actor) secrets.ensureVisible(actor, row.type)
    if (actor?.type === 'agent' && share.recipient_type === 'agent' && withinCeilings(vault, actor, share.path) !== null) {
      throw denied('scope-ceiling', 'This secret is outside the paths and vaults that this agent is confined to.')
    }
    await ensureAddress(found, actor, visitor)
    await ensurePassphrase(found, actor, passphrase, visitor)
    const count = await commit(found, row, eventOf('share.open', found, actor, visitor, { version: row.version }))
    return { share: { ...share, access_count: count }, row, value: await unseal(found, row) }
  }

  async function ensureAddress(found: Found, actor: Actor | undefined, visitor: Visitor): Promise<void> {
    const { ip_allowlist: ranges } = found.share
    if (ranges.length === 0 || inAnyRange(visitor.ip, ranges)) return
    await record([eventOf('share.refuse', found, actor, visitor, { rule: 'share-address', reason: 'address' })])
    throw denied('share-address', 'This share cannot be opened from your address.', { reason: 'address' })
  }

  async function ensurePassphrase(
    found: Found,
    actor: Actor | undefined,
    passphrase: string | undefined,
    visitor: Visitor,
  ): Promise<void> {
    const { id, passphrase_hash: stored } = found.share
    if (stored === null) return
    const identities = [`share:${id}`, ipIdentity(visitor.ip)]
    await lockout.ensureOpen('share', identities)
    if (passphrase === undefined) {
      throw denied('share-passphrase', 'This share needs a passphrase, in X-Share-Passphrase.', { reason: 'no passphrase' })
    }
    if (await passphrases.verify(stored, passphrase, visitor.ip)) return lockout.succeeded('share', identities)
    await lockout.failed('share', identities, {
      identity: `share:${id}`,
      email: found.creator.email,
      sharedPath: found.share.path,
    })
    await record([eventOf('share.refuse', found, actor, visitor, { rule: 'share-passphrase', reason: 'passphrase' })])
    throw denied('share-passphrase', 'The passphrase is wrong.', { reason: 'wrong passphrase' })
  }

  /**
   * The count that this opening made.
   * @throws Problem `resource.gone` if others were faster.
   */
  function commit({ share, creator, vault }: Found, row: VersionRow, event: NewEvent): Promise<number> {
    return database.run(async ({ shares, secrets: versions, audit, outbox }) => {
      const now = clock()
      const count = await shares.countAccess(share.org_id, share.id, now)
      if (count === undefined) throw usedUp()
      if (row.max_access_count > 0 && !(await versions.countAccess(vault, row.id, row.version, now))) {
        throw new Problem('resource.gone', 'The secret has reached its read limit, or has just expired.')
      }
      await audit.append([event], now)
      if (creator.email !== undefined && (count <= TOLD_EACH || count % TOLD_EVERY === 0)) {
        const from = event.ipAddress
        await outbox.add(
          templates.shareOpened(creator.email, { path: share.path, at: now, from, count, max: share.max_access_count }),
        )
      }
      return count
    })
  }

  /** An opening whose value cannot be opened, because the key provider does not answer, does not count. */
  async function unseal({ share, vault }: Found, row: VersionRow): Promise<string> {
    try {
      return await secrets.unseal(vault, row)
    } catch (error) {
      await database.run(({ shares }) => shares.uncountAccess(share.org_id, share.id))
      throw error
    }
  }
}

/** Recorded in the log of the share's organisation, no matter who opens it. */
function eventOf(
  action: string,
  { share, vault }: Found,
  actor: Actor | undefined,
  { ip }: Visitor,
  details: Record<string, string | number>,
): NewEvent {
  return {
    orgId: share.org_id,
    action,
    actorId: actor?.id ?? '',
    actorType: actor?.type ?? 'anonymous',
    resourceType: 'share',
    resourceId: share.id,
    vaultId: vault.id,
    details: { path: share.path, secret_id: share.secret_id, ...details },
    ipAddress: ip,
  }
}
