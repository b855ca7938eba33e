import { hashMessage, hexToBytes, isHex, stringToBytes, toHex } from 'viem/utils'
import { signMessage } from '../../../../src/contract/intents/messages.ts'
import type { BodyOf, ReplyOf } from '../../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { invalidField } from '../../../http/checks.ts'
import { grantEvent } from '../../../policy/event.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { AgentRow } from '../../../stores/agents.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import { approvalsIn } from '../calldata/approvals.ts'
import { judged } from '../calldata/summary.ts'
import { chainOf, keyPathOf } from '../intent.ts'
import type { Idempotency } from '../lifecycle/idempotency.ts'
import { ensureKeyPermitted, keyUseOf } from '../lifecycle/key-permission.ts'
import type { KeysOfAgent, UsableKey } from '../lifecycle/keys-of-agent.ts'
import { countUse, ensureSigner, type ReservingStores } from '../lifecycle/reserving.ts'
import type { Allowances, Approvals } from '../node/allowances.ts'
import type { Chain, Chains, OfAgent } from '../ports.ts'
import { domainOf, meaningOf } from './meaning.ts'
import { messageRefusal, messageRulesOf, refusedMessage, type Wanted } from './message-guardrails.ts'
import { typedDataOf } from './typed-data.ts'

export interface SigningMessagesDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly chains: Chains
  readonly keys: KeysOfAgent
  readonly allowances: Allowances
  readonly idempotency: Idempotency
  readonly clock: () => number
}

type Body = BodyOf<typeof signMessage>
type Reply = ReplyOf<typeof signMessage>
type SigningGrant = Grant<'transaction.sign'>
type Hex = `0x${string}`

/** A message ready to be signed. */
interface Draft {
  readonly wanted: Wanted
  readonly chain: Chain
  readonly digest: Hex
  readonly summary: Reply['summary']
}

export type SigningMessages = ReturnType<typeof signingMessages>

/**
 * Signs messages and typed data. The decision and the use of the key are committed first, and the event before the signature is returned.
 */
export function signingMessages({ database, chains, keys, allowances, idempotency, clock }: SigningMessagesDeps) {
  async function carryOut(
    grant: SigningGrant,
    body: Body,
  ): Promise<{ reply: Reply; key: UsableKey; event: Parameters<AuditStore['append']>[0] }> {
    const { agentId, agent } = grant.resource
    const chain = await chainOf(chains, body.chain, 'chain')
    const draft = draftOf(body, chain)
    const keyPath = keyPathOf(body.signing_key_path ?? `keys/${chain.name}-signer`, agentId, 'signing_key_path')
    const found = await keys.find(agent, { keyPath, vaultId: body.vault_id?.toLowerCase() }, grant.ip)
    const approvals = await approvalsOf(grant, draft, found.key.address)
    const key = await keys.renewed(found)
    const summary = judged(draft.summary, approvals)
    await database.run(async stores => {
      const row = await ensureAllowed(stores, grant, key)
      const refusal = messageRefusal(
        messageRulesOf(row),
        draft.wanted,
        { chain, from: key.key.address, approvals },
        chains.isNamed,
      )
      if (refusal) throw refusedMessage(refusal, chain, summary.text)
      await countUse(stores.secrets, key, clock())
    })
    const { r, s, yParity } = await keys.sign(key, hexToBytes(draft.digest))
    const reply: Reply = {
      intent_type: body.intent_type,
      chain: chain.name,
      from: key.key.address,
      signature: `${r}${s.slice(2)}${(27 + yParity).toString(16)}`,
      ...(draft.wanted.kind === 'personal_sign' && { message_hash: draft.digest }),
      ...(draft.wanted.kind === 'typed_data' && { typed_data_hash: draft.digest }),
      summary,
    }
    return { reply, key, event: [eventOf(grant, { ...draft, summary }, key)] }
  }

  /** Returns the current agent. */
  async function ensureAllowed({ agents, keyUses }: ReservingStores, grant: SigningGrant, key: UsableKey): Promise<AgentRow> {
    const agent = await ensureSigner(agents, grant, clock())
    ensureKeyPermitted(key, await keyUses.state(keyUseOf(key)), agent, clock())
    return agent
  }

  /** The approvals in typed data, with everything that the guardrail needs for an agent that is not allowed unlimited approvals. */
  async function approvalsOf({ orgId, resource }: OfAgent, { wanted, chain }: Draft, from: Hex): Promise<Approvals> {
    if (wanted.kind !== 'typed_data') return { measured: true }
    const agent = await database.read(({ agents }) => agents.byId(orgId, resource.agentId))
    const { meaning, data } = wanted
    if (meaning.unlimited) return { measured: true, open: 'It gives away tokens without a limit.' }
    const hidden = meaning.calldata.flatMap(calldata => approvalsIn(null, calldata))
    const approvals = [...meaning.approvals, ...hidden]
    if (!agent?.tx_block_unlimited_approvals) return allowances.ofApprovals(chain, from, approvals)
    const open = await allowances.firstOpen(chain, from, approvals)
    if (open !== undefined) return { measured: true, open }
    const { verifyingContract: contract } = data.domain
    const isUnknown = !meaning.known && typeof contract === 'string' && (await allowances.isToken(chain, contract as Hex))
    return {
      measured: true,
      ...(isUnknown && {
        unknown: `${contract} answers like a token, and what ${data.primaryType} allows is not known.`,
      }),
    }
  }

  return async (grant: SigningGrant, body: Body, idempotencyKey: string | undefined): Promise<Reply> => {
    const { agentId } = grant.resource
    const begun =
      idempotencyKey === undefined
        ? { claim: undefined }
        : await idempotency.begin({ orgId: grant.orgId, agentId }, idempotencyKey, sameRequest(body))
    if ('replay' in begun) return begun.replay.body as never
    const { claim } = begun
    try {
      const { reply, key, event } = await carryOut(grant, body)
      await database.run(async stores => {
        await ensureAllowed(stores, grant, key)
        await stores.audit.append(event, clock())
        await idempotency.keep(stores.intents, claim, reply)
      })
      return reply
    } catch (error) {
      await idempotency.abandon(claim)
      throw error
    }
  }
}

/** The fields that are compared to decide whether two requests are equal: unknown ones are ignored here as everywhere. */
function sameRequest(body: Body): object {
  const known = Object.entries(body).filter(([name]) => Object.hasOwn(signMessage.body.shape, name))
  return { ...Object.fromEntries(known), action: 'message.sign' }
}

function draftOf(body: Body, chain: Chain): Draft {
  switch (body.intent_type) {
    case 'personal_sign':
      return personal(body.message, chain)
    case 'typed_data':
      return typed(body.typed_data, chain)
    default: {
      if (body.hash === undefined) throw invalidField('hash', 'is required for eip712_digest')
      const digest = body.hash.toLowerCase() as Hex
      return {
        wanted: { kind: 'eip712_digest' },
        chain,
        digest,
        summary: { text: `Sign the hash ${digest}, whose meaning is unknown.` },
      }
    }
  }
}

function personal(message: string | undefined, chain: Chain): Draft {
  if (message === undefined) throw invalidField('message', 'is required for personal_sign')
  const isBytes = isHex(message) && message.length % 2 === 0
  const bytes = isBytes ? hexToBytes(message) : stringToBytes(message)
  const text = isBytes ? readable(bytes) : message
  const what = text === undefined ? `${bytes.length} bytes of data (${toHex(bytes).slice(0, 66)})` : `the text ${quoted(text)}`
  return {
    wanted: { kind: 'personal_sign', bytes },
    chain,
    digest: hashMessage({ raw: bytes }),
    summary: { text: `Sign ${what}.` },
  }
}

function typed(sent: Record<string, unknown> | undefined, chain: Chain): Draft {
  if (sent === undefined) throw invalidField('typed_data', 'is required for typed_data')
  const data = typedDataOf(sent)
  const { chainId } = data.domain
  if (chainId !== undefined && chainId !== BigInt(chain.chainId))
    throw invalidField('typed_data.domain.chainId', `must be ${chain.chainId}, the id of ${chain.name}`)
  const meaning = meaningOf(data)
  return {
    wanted: { kind: 'typed_data', data, meaning },
    chain,
    digest: data.hash,
    summary: {
      text: meaning.text,
      primary_type: data.primaryType,
      domain: domainOf(data.domain),
      ...(meaning.parties.length > 0 && { parties: [...meaning.parties] }),
    },
  }
}

/** Undefined for bytes that are not readable text. */
function readable(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /^[\P{C}\s]+$/u.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

function quoted(text: string): string {
  return text.length <= 200
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, 200))} and ${text.length - 200} characters more`
}

function eventOf(grant: SigningGrant, { wanted, chain, digest, summary }: Draft, { key }: UsableKey) {
  return grantEvent(grant, 'message.sign', {
    resourceType: 'agent',
    resourceId: grant.resource.agentId,
    vaultId: key.vaultId,
    details: {
      intent_type: wanted.kind,
      chain: chain.name,
      chain_id: chain.chainId,
      from: key.address,
      hash: digest,
      summary: summary.text,
      ...(summary.domain !== undefined && { domain: summary.domain }),
      key_path: key.path,
      key_version: key.version,
    },
  })
}

/**
 * A signed transaction, as the answer to a request for a signature.
 * @throws Problem `request.unprocessable` if it would revert
 */
export function signedTransactionReply({ status, body }: { readonly status: number; readonly body: TransactionReply }): Reply {
  if (status === 422 || !body.signed_tx)
    throw new Problem('request.unprocessable', body.error_message ?? 'The transaction would revert, so it was not signed.')
  return {
    intent_type: 'transaction',
    chain: body.chain,
    from: body.from ?? '',
    signed_tx: body.signed_tx,
    ...(body.tx_hash !== undefined && { tx_hash: body.tx_hash }),
    tx_type: body.gas_price === undefined ? 'eip1559' : 'legacy',
    summary: { text: body.summary?.text ?? '', ...(body.summary?.unlimited_approval && { unlimited_approval: true }) },
  }
}

interface TransactionReply {
  readonly chain: string
  readonly from?: string | undefined
  readonly signed_tx?: string | null | undefined
  readonly tx_hash?: string | undefined
  readonly gas_price?: string | undefined
  readonly error_message?: string | undefined
  readonly summary?: { readonly text: string; readonly unlimited_approval?: boolean | undefined } | undefined
}
