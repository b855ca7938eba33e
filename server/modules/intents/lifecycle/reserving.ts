import { randomUUID } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import { denied } from '../../../policy/denial.ts'
import type { Grant } from '../../../policy/grant.ts'
import { isLive } from '../../../policy/live.ts'
import type { AgentRow, AgentStore } from '../../../stores/agents.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { KeyUseStore } from '../../../stores/intents/key-uses.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import type { SecretStore } from '../../../stores/secrets.ts'
import type { Summary } from '../calldata/summary.ts'
import type { Intent } from '../intent.ts'
import type { Approvals } from '../node/allowances.ts'
import { type Fee, highestFee } from '../node/quote.ts'
import type { Chains, OfAgent } from '../ports.ts'
import type { SimulationBody } from '../simulation/simulations.ts'
import { type Guardrails, guardrailsOf, refusalOf, refused, remaining } from './guardrails.ts'
import type { Claim } from './idempotency.ts'
import { ensureKeyPermitted, keyUseOf } from './key-permission.ts'
import type { UsableKey } from './keys-of-agent.ts'
import { freeNonce, nextNonce, takeNonce } from './nonces.ts'
import { type Account, book, committed, openAccount } from './spending.ts'

export interface ReservingStores {
  readonly intents: IntentStore
  readonly agents: AgentStore
  readonly secrets: SecretStore
  readonly keyUses: Pick<KeyUseStore, 'state'>
}

type SigningGrant = Grant<'transaction.submit' | 'transaction.sign'>

/** A transaction ready to be signed, except for its nonce and the approval of the guardrails. */
export interface Draft {
  readonly grant: SigningGrant
  readonly intent: Intent
  readonly key: UsableKey
  readonly summary: Summary
  readonly fee: Fee
  readonly gasLimit: bigint
  readonly nonce: WantedNonce
  readonly approvals: Approvals
  /** The maximum data fee of a rollup, wei. */
  readonly dataFee: bigint
  readonly simulation: SimulationBody | undefined
  readonly claim: Claim | undefined
}

/** The requested nonce, if any, and the chain's transaction count of the address, if the chain was asked. */
export type WantedNonce =
  | { readonly wanted: number; readonly chainCount?: number | undefined }
  | { readonly wanted?: undefined; readonly chainCount: number }

export interface Reserved<Fields = unknown> {
  readonly row: TransactionRow & { readonly nonce: number } & Fields
  /** The rest of the daily allowance, in whole units. */
  readonly remaining: string | undefined
}

/** How long a reservation waits for its signature before it is given up. */
export const PENDING_MS = 30_000

/** A transaction that will be signed later. */
export function pendingFrom(now: number) {
  return () => ({ status: 'pending', due_at: now + PENDING_MS })
}

/** Its maximum cost, which counts until the actual cost is known. */
export function costOf({ intent, fee, gasLimit, dataFee }: Pick<Draft, 'intent' | 'fee' | 'gasLimit' | 'dataFee'>): bigint {
  return intent.value + gasLimit * highestFee(fee) + dataFee
}

/** What was decided about a draft that may be signed. */
export interface Allowed {
  readonly account: Account
  readonly rails: Guardrails
  /** What it counts against the daily limit, and what counted before, in wei. */
  readonly counted: bigint
  readonly spent: bigint
}

/**
 * Decides by the current guardrails of the agent and the current policy of its key, and reserves what the transaction needs: its part of the
 * daily limit, a nonce, and one use of the key. All or nothing, in one unit of work, before anything is signed.
 * @param finish writes the transaction's next state in the same unit of work, if everything is allowed
 * @throws Problem `policy.denied` naming the guardrail
 */
export async function reserve<Fields extends Partial<TransactionRow>>(
  stores: ReservingStores,
  draft: Draft,
  isNamed: Chains['isNamed'],
  now: number,
  finish: (row: Reserved['row']) => Fields | Promise<Fields>,
): Promise<Reserved<Fields>> {
  const account = await openAccount(stores.intents, draft.grant.resource.agentId, now)
  return take(stores, draft, await decide(stores, draft, account, isNamed, now), now, finish)
}

/**
 * The first step of `reserve`. It changes nothing.
 * @throws Problem `policy.denied` naming the guardrail, `resource.conflict` if the key can no longer be used
 */
export async function decide(
  stores: Pick<ReservingStores, 'intents' | 'agents' | 'keyUses'>,
  draft: Draft,
  account: Account,
  isNamed: Chains['isNamed'],
  now: number,
): Promise<Allowed> {
  const { grant, intent, key } = draft
  const isHandedOut = grant.action === 'transaction.sign'
  const [agent, state, spent, out] = await Promise.all([
    ensureSigner(stores.agents, grant, now),
    stores.keyUses.state(keyUseOf(key)),
    committed(stores.intents, account),
    isHandedOut ? stores.intents.signaturesOut(grant.resource.agentId, MOST_OUT) : 0,
  ])
  ensureKeyPermitted(key, state, agent, now)
  const rails = guardrailsOf(agent)
  const counted = costOf(draft)
  const refusal = refusalOf(rails, intent, { counted, spent, approvals: draft.approvals }, isNamed)
  if (refusal) throw refused(refusal, rails, spent, intent, draft.summary.text)
  if (out >= MOST_OUT) throw tooManyOut()
  if (isHandedOut && !agent.tx_sign_any_nonce) await ensureNext(stores.intents, draft, rails, spent)
  return { account, rails, counted, spent }
}

/**
 * The second step of `reserve`.
 * @throws Problem `resource.gone` if the key was used as often as allowed
 */
export async function take<Fields extends Partial<TransactionRow>>(
  stores: Pick<ReservingStores, 'intents' | 'secrets'>,
  draft: Draft,
  { account, rails, counted, spent }: Allowed,
  now: number,
  finish: (row: Reserved['row']) => Fields | Promise<Fields>,
): Promise<Reserved<Fields>> {
  const { key, claim } = draft
  await countUse(stores.secrets, key, now)
  const nonce = await nonceOf(stores.intents, draft)
  const seq = await book(stores.intents, account, counted)
  const reserved = { ...rowOf(draft, now), seq, nonce, holds_nonce: true, counted_wei: String(counted) }
  const row = { ...reserved, ...(await finish(reserved)) }
  await stores.intents.add(row)
  if (claim) await tie(stores.intents, claim, row.id)
  return { row, remaining: remaining(rails, spent + counted) }
}

/** The maximum number of unused signatures that an agent can hold. */
const MOST_OUT = 256

function tooManyOut(): Problem {
  return denied(
    'outstanding-signatures',
    `${MOST_OUT} signatures of this agent are not used yet; send them, or wait until others take their nonces.`,
    {
      reason: 'outstanding signatures',
    },
  )
}

/**
 * The current agent.
 * @throws Problem `policy.denied` if nothing may be signed for it any more
 */
export async function ensureSigner(agents: AgentStore, { orgId, resource }: OfAgent, now: number): Promise<AgentRow> {
  const agent = await agents.byId(orgId, resource.agentId)
  if (agent && isLive(agent, now) && agent.intents_api_enabled) return agent
  throw denied('intents-disabled', 'The intents API is not enabled for this agent.')
}

/** Records a transaction that its simulation refused: nothing is reserved and nothing signed. */
export async function recordRefused(stores: ReservingStores, draft: Draft, now: number): Promise<TransactionRow> {
  const account = await openAccount(stores.intents, draft.grant.resource.agentId, now)
  const seq = await book(stores.intents, account, 0n)
  const error_message = draft.simulation?.error_human_readable ?? draft.simulation?.error ?? null
  const row = { ...rowOf(draft, now), seq, status: 'simulation_failed', error_message }
  await stores.intents.add(row)
  return row
}

/** @throws Problem `resource.gone` if the key was used as often as allowed. */
export async function countUse(secrets: SecretStore, { key, grant }: UsableKey, now: number): Promise<void> {
  if (!key.isCounted || (await secrets.countAccess(grant.resource.vault, key.secretId, key.version, now))) return
  throw new Problem('resource.gone', 'The signing key has reached its use limit, or has just expired.')
}

/** If another transaction holds a requested nonce, the new one replaces it. */
async function nonceOf(intents: IntentStore, { nonce, intent, key }: Draft): Promise<number> {
  const { chainId } = intent.chain
  const { address } = key.key
  if (nonce.wanted === undefined) return takeNonce(intents, chainId, address, nonce.chainCount)
  await intents.lockNonce(chainId, address)
  return nonce.wanted
}

/**
 * Signatures for later nonces could be collected and used together, after the agent has lost its rights. A signature for an issued nonce
 * only replaces the other one.
 * @throws Problem `policy.denied`
 */
async function ensureNext(intents: IntentStore, draft: Draft, rails: Guardrails, spent: bigint): Promise<void> {
  const { intent, key, nonce, summary } = draft
  const { chainId } = intent.chain
  const { address } = key.key
  const next = nonce.chainCount === undefined ? undefined : await nextNonce(intents, chainId, address, nonce.chainCount)
  const wanted = nonce.wanted ?? (await freeNonce(intents, chainId, address, nonce.chainCount))
  if (next !== undefined && wanted <= next) return
  const detail = `The next nonce of ${address} is ${next ?? 'not known'}, and the agent may not sign for later ones. Send the transaction with that nonce first, or pass that nonce to replace it.`
  throw refused({ guardrail: 'tx_sign_any_nonce', detail }, rails, spent, intent, summary.text)
}

async function tie(intents: IntentStore, { agentId, key, claimedAt }: Claim, transactionId: string): Promise<void> {
  if (await intents.fillKey(agentId, key, claimedAt, { transaction_id: transactionId })) return
  throw new Problem('resource.conflict', 'Another request has taken over this Idempotency-Key.')
}

/** A new transaction without any reservation. */
export function rowOf({ grant, intent, key, summary, fee, gasLimit, simulation }: Draft, now: number): TransactionRow {
  return {
    id: randomUUID(),
    seq: 0,
    org_id: grant.orgId,
    agent_id: grant.resource.agentId,
    kind: grant.action === 'transaction.submit' ? 'submit' : 'sign',
    chain: intent.chain.name,
    chain_id: intent.chain.chainId,
    from_address: key.key.address,
    to_address: intent.to,
    value_wei: String(intent.value),
    nonce: null,
    holds_nonce: false,
    key_vault_id: key.key.vaultId,
    key_path: key.key.path,
    ip_address: grant.ip,
    gas_limit: Number(gasLimit),
    gas_price: fee.kind === 'legacy' ? String(fee.gasPrice) : null,
    max_fee_per_gas: fee.kind === 'eip1559' ? String(fee.maxFee) : null,
    max_priority_fee_per_gas: fee.kind === 'eip1559' ? String(fee.maxPriorityFee) : null,
    summary,
    status: 'pending',
    signed_tx: null,
    tx_hash: null,
    error_message: null,
    simulation_id: simulation?.simulation_id ?? null,
    simulation_status: simulation?.status ?? null,
    dashboard_url: simulation?.tenderly_dashboard_url ?? null,
    counted_wei: '0',
    chain_status: null,
    block_number: null,
    gas_used: null,
    effective_gas_price: null,
    mined_at: null,
    created_at: now,
    signed_at: null,
    due_at: null,
    attempts: 0,
  }
}
