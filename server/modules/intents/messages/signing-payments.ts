import { encodePaymentSignatureHeader } from '@x402/core/http'
import { ExactEvmScheme } from '@x402/evm'
import type { signPayment } from '../../../../src/contract/intents/payments.ts'
import type { BodyOf, ReplyOf } from '../../../../src/contract/schema/endpoint.ts'
import { invalidField } from '../../../http/checks.ts'
import type { Grant } from '../../../policy/grant.ts'
import { chainOf, keyPathOf } from '../intent.ts'
import type { KeysOfAgent } from '../lifecycle/keys-of-agent.ts'
import type { Chain, Chains, PaymentTerms, PaymentTermsOf } from '../ports.ts'
import type { SigningMessages } from './signing-messages.ts'

export interface SigningPaymentsDeps {
  readonly chains: Chains
  readonly keys: KeysOfAgent
  readonly signingMessages: SigningMessages
  readonly paymentTerms: PaymentTermsOf
}

type Body = BodyOf<typeof signPayment>
type SigningGrant = Grant<'transaction.sign'>
type TypedMessage = Parameters<ConstructorParameters<typeof ExactEvmScheme>[0]['signTypedData']>[0]

export type SigningPayments = ReturnType<typeof signingPayments>

/**
 * Signs payments to this server itself. They are typed data like any other: the same guardrails decide, and the same event records them.
 */
export function signingPayments({ chains, keys, signingMessages, paymentTerms }: SigningPaymentsDeps) {
  /** An account whose key the server keeps, in the format of the protocol's package. */
  function accountOf(grant: SigningGrant, body: Body, chain: Chain, address: `0x${string}`) {
    return {
      address,
      async signTypedData(typed: TypedMessage) {
        const { signing_key_path, vault_id } = body
        const key = { ...(signing_key_path && { signing_key_path }), ...(vault_id && { vault_id }) }
        const typed_data = { ...typed, message: inJson(typed.message) }
        const { signature } = await signingMessages(
          grant,
          { intent_type: 'typed_data', chain: chain.name, ...key, typed_data },
          undefined,
        )
        return signature as `0x${string}`
      },
    }
  }

  return async (grant: SigningGrant, body: Body): Promise<ReplyOf<typeof signPayment>> => {
    const terms = await paymentTerms(body.amount)
    if (!terms) throw invalidField('amount', 'must be one of the prices of this server; see /.well-known/x402')
    const chain = await chainOf(chains, chainIdOf(terms), 'chain')
    const { agentId, agent } = grant.resource
    const keyPath = keyPathOf(body.signing_key_path ?? `keys/${chain.name}-signer`, agentId, 'signing_key_path')
    const { key } = await keys.find(agent, { keyPath, vaultId: body.vault_id?.toLowerCase() }, grant.ip)
    const scheme = new ExactEvmScheme(accountOf(grant, body, chain, key.address))
    const { payload } = await scheme.createPaymentPayload(2, terms)
    return {
      payment: encodePaymentSignatureHeader({ x402Version: 2, accepted: terms, payload }),
      from: key.address,
      to: terms.payTo,
      amount: terms.amount,
      asset: terms.asset,
      network: terms.network,
      valid_before: Number((payload as { authorization: { validBefore: string } }).authorization.validBefore),
    }
  }
}

const chainIdOf = ({ network }: PaymentTerms) => network.slice(network.indexOf(':') + 1)

/** Typed data comes as JSON: integers as text. */
function inJson(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, typeof value === 'bigint' ? String(value) : value]),
  )
}
