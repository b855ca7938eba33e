import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { CALLDATA_BODY_LIMIT, FreeObject, SecretPath, text, Uuid } from '../schema/fields.ts'
import { DIGEST } from '../schema/forms.ts'
import { signTransaction } from './transactions.ts'

export const INTENT_TYPES = ['personal_sign', 'typed_data', 'transaction', 'eip712_digest'] as const

/** The meaning of a message or typed data, in words. */
export const MessageSummary = z.object({
  /** One sentence for a person. */
  text: z.string(),
  /** The kind of typed data, as its own type names it. */
  primary_type: z.string().optional(),
  /** Name and contract of the EIP-712 domain. */
  domain: z.string().optional(),
  /** The recipients and spenders. */
  parties: z.array(z.string()).optional(),
  unlimited_approval: z.boolean().optional(),
})

const { to, value, chain, signing_key_path, vault_id, ...transaction } = signTransaction.body.shape

export const signMessage = endpoint({
  id: 'intents.sign-message',
  method: 'POST',
  path: '/v1/agents/{agent_id}/sign',
  summary: 'Have a message, typed data or a transaction signed without seeing the key.',
  description:
    '`personal_sign` signs `message` (0x-hex or text; EIP-191). `typed_data` signs an EIP-712 object; its domain must name the chain of `chain`, if any. Both need `message_signing_enabled`. Typed data must be of a domain on `eip712_domain_allowlist` (`name@0xcontract` or `name`), or `eip712_default_policy` must be `allow`. Typed data that moves tokens with the signature alone (EIP-2612, Permit2, EIP-3009, Seaport and similar) must satisfy the guardrails of transactions: `tx_to_allowlist` covers everyone who receives something or can take it, `tx_block_unlimited_approvals` covers permits, `tx_allowed_chains` covers every signature; tokens have no price here, so the two limits apply only to amounts in the native unit. `transaction` takes the fields of `transactions/sign` and never sends. `eip712_digest` signs a `hash` of 32 bytes blindly and needs `raw_signing_enabled`. The key is found as for transactions. A refusal is 403 and names the guardrail. `signature` has 65 bytes: r, s, v (27 or 28). With `Idempotency-Key` a repetition within 24 hours gets the stored answer.',
  auth: 'agent',
  action: 'transaction.sign',
  audit: 'message.sign',
  idempotent: true,
  params: z.object({ agent_id: Uuid }),
  bodyLimit: CALLDATA_BODY_LIMIT,
  grants: 'signature',
  body: z.object({
    intent_type: z.enum(INTENT_TYPES),
    chain: text(64, 1),
    signing_key_path: SecretPath.optional(),
    vault_id: Uuid.optional(),
    message: text(262_144).optional(),
    typed_data: FreeObject.optional(),
    hash: z.string().regex(DIGEST).optional(),
    to: to.optional(),
    value: value.optional(),
    ...transaction,
  }),
  status: 200,
  reply: z.object({
    intent_type: z.enum(INTENT_TYPES),
    chain: z.string(),
    /** The account of the key, EIP-55. */
    from: z.string(),
    signature: z.string().optional(),
    signed_tx: z.string().optional(),
    tx_hash: z.string().optional(),
    message_hash: z.string().optional(),
    typed_data_hash: z.string().optional(),
    /** `legacy` or `eip1559`. */
    tx_type: z.string().optional(),
    summary: MessageSummary,
  }),
  problems: [403, 404, 409, 422, 502],
})

/** The operations of this file, for the endpoint table. */
export const messagesEndpoints = [signMessage] as const
