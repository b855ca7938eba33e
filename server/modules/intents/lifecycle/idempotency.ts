import { createHash } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import type { IdempotencyRow, IntentStore } from '../../../stores/intents/intents.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import type { TransactionBody } from '../body.ts'

/** A key that only this request currently holds. */
export interface Claim {
  readonly agentId: string
  readonly key: string
  /** Also distinguishes this claim from a later one on the same key. */
  readonly claimedAt: number
}

/** The agent that makes the request. */
interface Asking {
  readonly orgId: string
  readonly agentId: string
}

/** The reply that a request got, or will get. */
export interface Answer {
  /** 200 if it was created before. */
  readonly status: 200 | 201 | 422
  readonly body: TransactionBody
}

export interface IdempotencyDeps {
  readonly database: Database<{ intents: IntentStore }>
  /** The reply for a transaction whose request died. */
  readonly bodyOf: (row: TransactionRow) => Promise<TransactionBody>
  readonly clock: () => number
}

export const KEPT_MS = 24 * 3_600_000
/** After this time, a request without a record counts as dead. */
const ABANDONED_MS = 30_000

export type Idempotency = ReturnType<typeof idempotency>

/** Ensures that a repeated request is carried out once. */
export function idempotency({ database, bodyOf, clock }: IdempotencyDeps) {
  return {
    /**
     * Claims the key, or returns the reply stored for it.
     * @throws Problem `resource.conflict` while the first request is running, `request.unprocessable` for a different request
     */
    async begin(
      { orgId, agentId }: Asking,
      key: string,
      request: object,
    ): Promise<{ readonly claim: Claim } | { readonly replay: Answer }> {
      const now = clock()
      const wanted = {
        agent_id: agentId,
        key,
        request_hash: hashOf(request),
        claimed_at: now,
        transaction_id: null,
        answer: null,
      }
      const found = await database.run(async ({ intents }) => {
        if (await intents.claimKey(wanted)) return undefined
        const other = await intents.keyClaim(agentId, key)
        if (!other || !(isFree(other, now) && (await intents.takeOverKey(wanted, other.claimed_at)))) return other ?? wanted
        return undefined
      })
      if (!found) return { claim: { agentId, key, claimedAt: now } }
      if (found.request_hash !== wanted.request_hash) {
        throw new Problem('request.unprocessable', 'This Idempotency-Key was used for another request.', {
          reason: 'idempotency key',
        })
      }
      return { replay: await replayOf(orgId, found) }
    },

    /** Stores the reply; part of the caller's unit of work. */
    async end(intents: IntentStore, claim: Claim | undefined, { status, body }: Answer): Promise<void> {
      if (!claim) return
      const answer = { status: status === 201 ? 200 : status, body }
      await intents.fillKey(claim.agentId, claim.key, claim.claimedAt, { transaction_id: body.id, answer })
    },

    /** Stores the reply of a request that recorded no transaction; part of the caller's unit of work. */
    async keep(intents: IntentStore, claim: Claim | undefined, body: object): Promise<void> {
      if (!claim) return
      await intents.fillKey(claim.agentId, claim.key, claim.claimedAt, { answer: { status: 200, body } })
    },

    /** Releases the key after a failed request; if its transaction was already signed, the key keeps referring to it. */
    async abandon(claim: Claim | undefined): Promise<void> {
      if (!claim) return
      await database.run(({ intents }) => intents.freeKey(claim.agentId, claim.key, claim.claimedAt))
    },
  }

  async function replayOf(orgId: string, found: IdempotencyRow): Promise<Answer> {
    if (found.answer !== null) return { status: found.answer['status'], body: found.answer['body'] } as Answer
    const id = found.transaction_id
    const row = id === null ? undefined : await database.read(({ intents }) => intents.byId(orgId, found.agent_id, id))
    // A transaction without a hash was given up before it was signed, together with its key: the next attempt starts again.
    const isUnderWay = !row || row.tx_hash === null || clock() - found.claimed_at < ABANDONED_MS
    if (isUnderWay)
      throw new Problem('resource.conflict', 'The first request with this Idempotency-Key is still running.', { retryAfter: 1 })
    return { status: 200, body: await bodyOf(row) }
  }
}

function isFree({ claimed_at, transaction_id }: IdempotencyRow, now: number): boolean {
  if (now - claimed_at >= KEPT_MS) return true
  return transaction_id === null && now - claimed_at >= ABANDONED_MS
}

/** A digest that is equal for equal requests, regardless of the order of their fields. */
function hashOf(request: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(request)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]))
}
