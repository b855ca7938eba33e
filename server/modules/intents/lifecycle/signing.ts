import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { grantEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { TransactionRow } from '../../../stores/intents/intents.ts'
import { decimal } from '../amounts.ts'
import type { Chains } from '../ports.ts'
import { digestOf, type Signed, signedBy } from './envelope.ts'
import type { KeysOfAgent } from './keys-of-agent.ts'
import { type Draft, type Reserved, type ReservingStores, reserve } from './reserving.ts'
import { settle } from './settling.ts'

export interface SigningDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly keys: KeysOfAgent
  readonly isNamed: Chains['isNamed']
  readonly clock: () => number
}

/** A transaction whose signature is stored and whose event is committed: it may leave. */
export interface Issued extends Reserved {
  readonly row: TransactionRow & { readonly nonce: number; readonly signed_tx: `0x${string}`; readonly tx_hash: `0x${string}` }
}

export type Signing = ReturnType<typeof signing>

/** How long the nonce of a transaction that the caller sends is kept for it. */
export const HELD_MS = 600_000
/** After a crash between storing and sending, the job sends. */
const SEND_MS = 10_000

/**
 * Reserve → sign → record, each durable before the next begins. A crash after the first leaves a reservation that is given up later; a
 * crash after the last leaves a transaction that the job sends. Nothing that was not recorded can leave.
 */
export function signing({ database, keys, isNamed, clock }: SigningDeps) {
  async function sign(draft: Draft, row: Reserved['row']): Promise<Signed> {
    const unsigned = { intent: draft.intent, nonce: row.nonce, gasLimit: draft.gasLimit, fee: draft.fee }
    return signedBy(unsigned, await keys.sign(draft.key, digestOf(unsigned)))
  }

  async function record(draft: Draft, row: Reserved['row'], signed: Signed): Promise<Issued['row']> {
    const now = clock()
    const isSent = row.kind === 'submit'
    const fields = {
      status: isSent ? 'signed' : 'sign_only',
      signed_tx: signed.raw,
      tx_hash: signed.hash,
      signed_at: now,
      due_at: now + (isSent ? SEND_MS : HELD_MS),
    }
    await database.run(async ({ intents, audit }) => {
      // A process that slept for long finds its reservation given up: what it signed must not leave then.
      if (!(await intents.change(row.org_id, row.id, 'pending', fields)))
        throw new Problem('resource.conflict', 'The reservation has lapsed; try again.')
      await audit.append([eventOf(draft, row, signed.hash)], now)
    })
    return { ...row, ...fields }
  }

  /** Gives back what a transaction that was not signed had reserved. */
  async function giveUp(row: TransactionRow): Promise<void> {
    const fields = { status: 'failed', error_message: 'It could not be signed.', due_at: null }
    await database.run(({ intents }) => settle(intents, row, { from: 'pending', fields, counts: 0n, freesNonce: true }, clock()))
  }

  return {
    /** @throws Problem `policy.denied` by a guardrail; then, as after any other failure, nothing is taken and nothing signed. */
    async issue(draft: Draft): Promise<Issued> {
      const reserved = await database.run(stores => reserve(stores, draft, isNamed, clock()))
      return this.complete(draft, reserved)
    },

    /** From the reservation on. */
    async complete(draft: Draft, reserved: Reserved): Promise<Issued> {
      try {
        const signed = await sign(draft, reserved.row)
        return { ...reserved, row: await record(draft, reserved.row, signed) }
      } catch (error) {
        await giveUp(reserved.row)
        throw error
      }
    },
  }
}

function eventOf({ grant, intent, key, summary }: Draft, row: TransactionRow & { nonce: number }, hash: string) {
  return grantEvent(grant, grant.action, {
    resourceType: 'transaction',
    resourceId: row.id,
    vaultId: key.key.vaultId,
    details: {
      chain: intent.chain.name,
      chain_id: intent.chain.chainId,
      from: key.key.address,
      to: intent.to ?? '',
      value: decimal(intent.value),
      counted: decimal(BigInt(row.counted_wei)),
      nonce: row.nonce,
      tx_hash: hash,
      summary: summary.text,
      key_path: key.key.path,
      key_version: key.key.version,
    },
  })
}
