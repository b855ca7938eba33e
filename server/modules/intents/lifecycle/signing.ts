import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { grantEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { KeyUseStore } from '../../../stores/intents/key-uses.ts'
import type { ReservationStore } from '../../../stores/intents/reservations.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import { decimal } from '../amounts.ts'
import type { Chains } from '../ports.ts'
import { digestOf, signedBy } from './envelope.ts'
import { gathering, roundsOf, Undone } from './gathering.ts'
import { ensureKeyPermitted, keyUseOf } from './key-permission.ts'
import type { KeysOfAgent, SignNow } from './keys-of-agent.ts'
import {
  type Allowed,
  type Draft,
  decide,
  ensureSigner,
  pendingFrom,
  type Reserved,
  type ReservingStores,
  reserve,
  take,
} from './reserving.ts'
import { settle } from './settling.ts'
import { newWindow, openAccount } from './spending.ts'

export interface SigningStores extends ReservingStores {
  readonly audit: AuditStore
  readonly reservations: ReservationStore
  readonly keyUses: KeyUseStore
}

export interface SigningDeps {
  readonly database: Database<SigningStores>
  readonly keys: KeysOfAgent
  readonly isNamed: Chains['isNamed']
  readonly clock: () => number
}

/** A transaction whose signature is stored and whose event is committed: it can be sent. */
export interface Issued extends Reserved {
  readonly row: TransactionRow & { readonly nonce: number; readonly signed_tx: `0x${string}`; readonly tx_hash: `0x${string}` }
}

export type Signing = ReturnType<typeof signing>

/** How long the nonce of a transaction that the caller sends is kept for it. */
export const HELD_MS = 600_000
/** After a crash between storing and sending, the job sends. */
const SEND_MS = 10_000

/** The most signatures in one unit of work: while they are made, nothing else is answered. */
const MOST_TOGETHER = 16
/** The most of one agent, or of one account of a chain, in one unit of work: they are made one after the other. */
const MOST_OF_ONE = 4

/** While one is committed, another one works. */
const UNITS_AT_ONCE = 2

/** A draft whose key is in this process. */
interface Ready {
  readonly draft: Draft
  readonly signNow: SignNow
}

/** What a transaction needs for itself while it is reserved: the spending of its agent, and the nonces of its account. */
const needs = ({ draft: { grant, intent, key } }: Ready) => [grant.resource.agentId, `${intent.chain.chainId} ${key.key.address}`]

/**
 * A local key signs in the unit of work that reserves and records: everything is committed together, or nothing. A key in the key provider
 * is slow, and units of work do not wait: reserve → sign → record, each durable before the next starts. A crash after the first step leaves
 * a reservation that is released later; a crash after the last leaves a transaction that the job sends. Nothing unrecorded can be sent.
 */
export function signing({ database, keys, isNamed, clock }: SigningDeps) {
  async function sign({ intent, gasLimit, fee }: Draft, { nonce, kind }: Reserved['row'], signNow: SignNow, now: number) {
    const unsigned = { intent, nonce, gasLimit, fee }
    const { raw, hash } = signedBy(unsigned, await signNow(digestOf(unsigned)))
    const isSent = kind === 'submit'
    return {
      status: isSent ? 'signed' : 'sign_only',
      signed_tx: raw,
      tx_hash: hash,
      signed_at: now,
      due_at: now + (isSent ? SEND_MS : HELD_MS),
    }
  }

  async function issueOne(stores: SigningStores, { draft, signNow }: Ready): Promise<Issued> {
    const now = clock()
    const issued = await reserve(stores, draft, isNamed, now, row => sign(draft, row, signNow, now))
    await stores.audit.append([eventOf(draft, issued.row, issued.row.tx_hash)], now)
    return issued
  }

  /** Several transactions in one unit of work. One that is refused does not affect the others; after any other failure nothing is applied. */
  async function issueSome(stores: SigningStores, some: readonly Ready[]): Promise<PromiseSettledResult<Issued>[]> {
    const [first, ...others] = some
    if (first && others.length === 0) return [{ status: 'fulfilled', value: await issueOne(stores, first) }]
    const now = clock()
    const results = new Map<Ready, PromiseSettledResult<Issued>>()
    const rounds = roundsOf(some, needs)
    // A single round locks in this order anyway.
    if (rounds.length > 1) await lockAll(stores, some, now)
    for (const round of rounds) {
      const issued = await issueRound(stores, round, now).catch(error => {
        throw new Undone(error)
      })
      for (const [index, ready] of round.entries()) results.set(ready, issued[index] as PromiseSettledResult<Issued>)
    }
    return some.map(ready => results.get(ready) as PromiseSettledResult<Issued>)
  }

  /** What all rounds need: otherwise a later one could need what another unit has locked, which waits for an earlier one. */
  function lockAll({ reservations }: SigningStores, some: readonly Ready[], now: number): Promise<void> {
    const agentIds = some.map(({ draft }) => draft.grant.resource.agentId)
    const accounts = some.map(({ draft: { intent, key } }) => ({ chainId: intent.chain.chainId, address: key.key.address }))
    return reservations.lock(agentIds, accounts, newWindow(now))
  }

  /** Side by side, so that each step is one statement for all of them. One that is refused has changed nothing. */
  async function issueRound(
    stores: SigningStores,
    round: readonly Ready[],
    now: number,
  ): Promise<PromiseSettledResult<Issued>[]> {
    const isShared = round.length > 1
    const intents = isShared ? { ...stores.intents, ...stores.reservations.together(stores.intents) } : stores.intents
    const agents = isShared ? { ...stores.agents, ...stores.agents.together() } : stores.agents
    const keyUses = isShared ? stores.keyUses.together() : stores.keyUses
    const accounts = await Promise.all(round.map(({ draft }) => openAccount(intents, draft.grant.resource.agentId, now)))
    const decided = await Promise.allSettled(
      accounts.map(async (account, index) => {
        const ready = round[index] as Ready
        return { ...ready, allowed: await decide({ intents, agents, keyUses }, ready.draft, account, isNamed, now) }
      }),
    )
    const finish = async ({ draft, signNow, allowed }: Ready & { readonly allowed: Allowed }): Promise<Issued> =>
      take({ intents, secrets: stores.secrets }, draft, allowed, now, row => sign(draft, row, signNow, now))
    const issued = await Promise.all(
      decided.map(async each =>
        each.status === 'rejected' ? each : ({ status: 'fulfilled', value: await finish(each.value) } as const),
      ),
    )
    const events = issued.flatMap((each, index) =>
      each.status === 'rejected' ? [] : [eventOf((round[index] as Ready).draft, each.value.row, each.value.row.tx_hash)],
    )
    await stores.audit.append(events, now)
    return issued
  }

  const issueAtOnce = gathering<Ready, Issued>({
    most: MOST_TOGETHER,
    atOnce: UNITS_AT_ONCE,
    needs,
    mostOfOne: MOST_OF_ONE,
    run: take => database.run(stores => issueSome(stores, take())),
    alone: ready => database.run(stores => issueOne(stores, ready)),
  })

  async function record(draft: Draft, row: Reserved['row'], fields: Awaited<ReturnType<typeof sign>>): Promise<Issued['row']> {
    await database.run(async ({ intents, agents, keyUses, audit }) => {
      const agent = await ensureSigner(agents, draft.grant, clock())
      ensureKeyPermitted(draft.key, await keyUses.state(keyUseOf(draft.key)), agent, clock())
      // A process that was suspended for long finds its reservation released: it must not send what it signed.
      if (!(await intents.change(row.org_id, row.id, 'pending', fields)))
        throw new Problem('resource.conflict', 'The reservation has lapsed; try again.')
      await audit.append([eventOf(draft, row, fields.tx_hash)], fields.signed_at)
    })
    return { ...row, ...fields }
  }

  /** Releases what an unsigned transaction had reserved. */
  async function giveUp(row: TransactionRow): Promise<void> {
    const fields = { status: 'failed', error_message: 'It could not be signed.', due_at: null }
    await database.run(({ intents }) => settle(intents, row, { from: 'pending', fields, counts: 0n, freesNonce: true }, clock()))
  }

  return {
    /** @throws Problem `policy.denied` by a guardrail; as after any other failure, nothing is reserved and nothing signed */
    async issue(prepared: Draft): Promise<Issued> {
      const draft = { ...prepared, key: await keys.renewed(prepared.key) }
      const signNow = await keys.signerAtHand(draft.key)
      if (signNow) return issueAtOnce({ draft, signNow })
      const reserveLater = (stores: ReservingStores, now: number) => reserve(stores, draft, isNamed, now, pendingFrom(now))
      return this.complete(draft, await database.run(stores => reserveLater(stores, clock())))
    },

    /** Measured from the reservation. */
    async complete(draft: Draft, reserved: Reserved): Promise<Issued> {
      try {
        const signNow: SignNow = digest => keys.sign(draft.key, digest)
        const fields = await sign(draft, reserved.row, signNow, clock())
        return { ...reserved, row: await record(draft, reserved.row, fields) }
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
