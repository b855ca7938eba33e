import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { SecretPath, Uuid } from '../schema/fields.ts'

export const signPayment = endpoint({
  id: 'intents.sign-payment',
  method: 'POST',
  path: '/v1/agents/{agent_id}/payments',
  summary: 'Have a payment to this server signed, for one request (x402).',
  description:
    'For an agent whose requests are used up and whose wallet is a signing key that this server keeps. `amount` is the price that the 402 named, in the smallest unit of the token; it must be one of the prices of `/.well-known/x402`. Recipient, token and network are those of this server, so nothing else can be paid. `payment` is the value of the `PAYMENT-SIGNATURE` header. The signed data is typed data (EIP-3009), so the same switches and guardrails apply: `message_signing_enabled`, the domain of the token on `eip712_domain_allowlist`, the recipient on `tx_to_allowlist`. It is never refused because requests or credits are used up.',
  auth: 'agent',
  action: 'transaction.sign',
  audit: 'message.sign',
  grants: 'signature',
  params: z.object({ agent_id: Uuid }),
  body: z.object({
    amount: z.string().regex(/^[1-9]\d{0,29}$/),
    signing_key_path: SecretPath.optional(),
    vault_id: Uuid.optional(),
  }),
  status: 200,
  reply: z.object({
    /** Base64 of the payment in the second version of the protocol. */
    payment: z.string(),
    /** The account of the key, EIP-55. */
    from: z.string(),
    to: z.string(),
    amount: z.string(),
    /** Address of the token, and its chain by CAIP-2. */
    asset: z.string(),
    network: z.string(),
    /** Epoch seconds after which nobody can take the payment. */
    valid_before: z.int(),
  }),
  problems: [403, 404, 503],
})

/** The operations of this file, for the endpoint table. */
export const paymentsEndpoints = [signPayment] as const
