import { join } from 'node:path'
import { type ChainCut, CUT_ACTION, cutBytes, cutDetails, type SignedCut } from '../../../../src/crypto/audit-chain.ts'
import { soundHeads } from '../../../../src/crypto/audit-verify.ts'
import { signingKeyId } from '../../../../src/crypto/signing-keys.ts'
import type { AuditRetention } from '../../../config/audit.ts'
import type { Database } from '../../../db/database.ts'
import { inBatches } from '../../../db/rest-between-batches.ts'
import { lineOf, type SigningKeys } from '../../../keys/signing-keys.ts'
import type { NewEvent } from '../../../policy/event.ts'
import type { AuditStore, CheckpointRow } from '../../../stores/audit/audit.ts'
import type { MacKeys } from '../../../stores/audit/mac.ts'
import { type FactsStore, turnTaker } from '../../../stores/facts.ts'
import { START, type StretchFault } from '../checking/stretch.ts'
import type { Checking } from '../checking/threads.ts'
import { cutOf } from '../cuts.ts'
import { macStartOf } from '../mac-start.ts'
import { signedHead } from '../signing.ts'

export interface RetentionDeps {
  readonly database: Database<{ audit: AuditStore; facts: FactsStore }>
  readonly signing: SigningKeys
  /** The key of the MACs. */
  readonly auditKeys: MacKeys
  readonly checking: Pick<Checking, 'check' | 'archive'>
  /** The settings of the operator; undefined to keep everything. */
  readonly settings: AuditRetention | undefined
  /** How many days an organisation wants its events kept, 0 if unset; it counts only if it is longer than the operator's choice. */
  readonly keepDays: (orgId: string) => number | Promise<number>
  /** Called for a chain from which nothing could be removed. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

const DAY_MS = 86_400_000
/** The time of the last search for old events, in epoch milliseconds. */
const LAST = 'audit-retention-begun'
/** The end of the time for which one server holds this job. */
const HELD = 'audit-retention-held'
const RETRY_MS = 60 * 60_000
const CHAINS_AT_ONCE = 500
/** Events removed in one transaction. */
const BATCH = 100

/**
 * Removes events that are older than the operator wants to keep, once a day. A kill at any point does no harm: the events are checked and
 * written to a file, a signed cut records their removal, and only then are they removed, a few at a time. Every run continues with an
 * unfinished cut. If several servers share a database, one of them searches for old events, and any of them removes them.
 */
export function retention(deps: RetentionDeps): () => Promise<void> {
  const { database, signing, auditKeys, checking, settings, keepDays, failed, clock } = deps
  const whenDue = turnTaker({ database, clock }, { done: LAST, held: HELD, everyMs: DAY_MS, retryMs: RETRY_MS })

  async function cutOff(orgId: string, { days, archive }: AuditRetention): Promise<void> {
    const retainedDays = Math.max(days, await keepDays(orgId))
    const before = clock() - retainedDays * DAY_MS
    const last = await database.read(({ audit }) => audit.life.checkpointBefore(orgId, before))
    const earlier = await cutOf(database, orgId, lineOf(signing), auditKeys)
    if (!last || last.seq <= (earlier?.seq ?? 0)) return
    const keptAs = await keep(orgId, last, earlier, before, archive)
    const open = {
      org_id: orgId,
      seq: last.seq,
      event_id: last.event_id,
      integrity_hash: last.integrity_hash,
      created_at: new Date(clock()).toISOString(),
      reason: reasonOf(retainedDays, days),
      ...keptAs,
      prev_seq: earlier?.seq ?? 0,
    }
    await write(open)
  }

  /**
   * Checks the events and writes them to their file.
   * @throws Error when this server did not write and sign them
   */
  async function keep(
    orgId: string,
    last: CheckpointRow,
    earlier: SignedCut | undefined,
    before: number,
    archive: string | undefined,
  ): Promise<Pick<ChainCut, 'kept_in' | 'kept_sha256'>> {
    const line = lineOf(signing)
    const from = earlier ? { seq: earlier.seq, id: earlier.event_id, hash: earlier.integrity_hash } : START
    const heads = (await database.read(({ audit }) => audit.life.checkpointsWithin(orgId, from.seq, last.seq))).map(signedHead)
    const sound = soundHeads(heads, line)
    if (!sound) throw refusal(orgId, { seq: last.seq, why: 'a checkpoint was not signed by this server' })
    const stretch = { orgId, from, to: last.seq }
    const proofs = { keys: auditKeys.known(), macless: await macStartOf(database, orgId, line), pinned: [...sound], before }
    if (archive === undefined) {
      const { fault } = await checking.check(stretch, proofs)
      if (fault) throw refusal(orgId, fault)
      return { kept_in: '', kept_sha256: '' }
    }
    const name = `${orgId}/events-${from.seq + 1}-${last.seq}.json`
    const writtenAt = new Date(clock()).toISOString()
    const file = join(archive, name)
    const publicKey = Buffer.from(signing.current().key.publicKey).toString('base64')
    const proof = { heads, cut: earlier, publicKey, successions: signing.successions() }
    const { fault, sha256 } = await checking.archive({ stretch, proofs, file, ...proof, writtenAt })
    if (fault || sha256 === undefined)
      throw refusal(orgId, fault ?? { seq: from.seq + 1, why: 'they could not be read completely' })
    return { kept_in: name, kept_sha256: sha256 }
  }

  async function write(said: Omit<ChainCut, 'kid'>): Promise<void> {
    const { key } = signing.current()
    const open = { ...said, kid: signingKeyId(key.publicKey) }
    const signature = Buffer.from(await key.sign(cutBytes(open))).toString('base64')
    const now = clock()
    const row = { ...open, created_at: Date.parse(open.created_at), signature, finished_at: null }
    await database.run(async ({ audit }) => {
      if (await audit.life.addCut(row)) await audit.append([removal(open)], now)
    })
  }

  /** Removes the events of signed cuts. */
  async function remove(): Promise<void> {
    for (const row of await database.read(({ audit }) => audit.life.unfinishedCuts(CHAINS_AT_ONCE))) {
      // A row alone proves nothing.
      if ((await cutOf(database, row.org_id, lineOf(signing), auditKeys))?.seq !== row.seq) continue
      await inBatches(async () => (await database.run(({ audit }) => audit.life.removeFirst(row.org_id, row.seq, BATCH))) > 0)
      await database.run(({ audit }) => audit.life.finishCut(row, clock()))
    }
  }

  async function eachChain(work: (orgId: string) => Promise<void>): Promise<void> {
    for (let after = ''; ; ) {
      const heads = await database.read(({ audit }) => audit.heads(after, CHAINS_AT_ONCE))
      for (const { org_id } of heads) await work(org_id).catch(failed)
      const last = heads.at(-1)
      if (!last) return
      after = last.org_id
    }
  }

  return async () => {
    await remove()
    if (!settings) return
    await whenDue(async () => {
      await eachChain(orgId => cutOff(orgId, settings))
      await remove()
      return async () => {}
    })
  }
}

function reasonOf(retainedDays: number, days: number): string {
  return retainedDays > days ? `audit.retention_days=${retainedDays}` : `ONECLAW_AUDIT_RETENTION_DAYS=${days}`
}

function refusal(orgId: string, { why }: StretchFault): Error {
  return new Error(`No events of organisation ${orgId} were removed from the audit log: ${why}.`)
}

function removal(cut: ChainCut): NewEvent {
  const { org_id } = cut
  return {
    orgId: org_id,
    action: CUT_ACTION,
    actorId: '',
    actorType: 'system',
    resourceType: 'audit',
    resourceId: org_id,
    details: cutDetails(cut),
    ipAddress: '',
  }
}
