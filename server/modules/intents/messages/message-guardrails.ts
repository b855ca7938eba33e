import type { Problem } from '../../../../src/problem.ts'
import { denied } from '../../../policy/denial.ts'
import type { AgentRow } from '../../../stores/agents.ts'
import { approvalRefusal, chainRefusal, type Guardrails, guardrailsOf, type Refusal } from '../lifecycle/guardrails.ts'
import type { Approvals } from '../node/allowances.ts'
import type { Chain, Chains } from '../ports.ts'
import { domainOf, type Meaning } from './meaning.ts'
import type { TypedData } from './typed-data.ts'

/** The message to be signed, interpreted as far as possible. */
export type Wanted =
  | { readonly kind: 'personal_sign'; readonly bytes: Uint8Array }
  | { readonly kind: 'typed_data'; readonly data: TypedData; readonly meaning: Meaning }
  | { readonly kind: 'eip712_digest' }

/** The rules for messages that people have set for an agent, and the rules for transactions that also apply to messages. */
export interface MessageRules {
  readonly rails: Guardrails
  readonly messages: boolean
  readonly raw: boolean
  /** `name` or `name@0xcontract`, in lower case after the `@`. */
  readonly domains: readonly string[]
  readonly otherDomains: boolean
}

export function messageRulesOf(agent: AgentRow): MessageRules {
  return {
    rails: guardrailsOf(agent),
    messages: agent.message_signing_enabled,
    raw: agent.raw_signing_enabled,
    domains: agent.eip712_domain_allowlist.map(canonicalDomain),
    otherDomains: agent.eip712_default_policy === 'allow',
  }
}

/**
 * The first rule that refuses a signature by the account `from`; undefined if all allow it. Amounts that only a transaction can count, such
 * as a native amount under a daily limit, are refused.
 */
export function messageRefusal(
  rules: MessageRules,
  wanted: Wanted,
  at: { readonly chain: Chain; readonly from: string; readonly approvals: Approvals },
  isNamed: Chains['isNamed'],
): Refusal | undefined {
  const byChain = chainRefusal(rules.rails, at.chain, isNamed)
  if (byChain) return byChain
  if (wanted.kind === 'eip712_digest') {
    return rules.raw ? undefined : refusal('raw_signing_enabled', 'The agent may not sign raw hashes.')
  }
  if (!rules.messages) return refusal('message_signing_enabled', 'The agent may not sign messages.')
  if (wanted.kind === 'personal_sign') return blindRefusal(rules, wanted.bytes)
  return domainRefusal(rules, wanted.data) ?? movingRefusal(rules, wanted.data, wanted.meaning, at)
}

/** @returns Problem `policy.denied` whose detail names the rule. */
export function refusedMessage({ guardrail, detail }: Refusal, chain: Chain, text: string): Problem {
  return denied({ rule: guardrail }, `Refused by ${guardrail}: ${detail}`, {
    reason: guardrail,
    attempted: { chain: chain.name, chain_id: chain.chainId, summary: text },
  })
}

/** A message of 32 bytes that is not text is a hash: smart accounts accept such a signature as consent to a transaction. */
function blindRefusal({ rails, raw }: MessageRules, bytes: Uint8Array): Refusal | undefined {
  const isHash = bytes.length === 32 && bytes.some(byte => byte < 0x20 || byte > 0x7e)
  const isBound =
    rails.allowlist.length > 0 || rails.maxValue !== undefined || rails.dailyLimit !== undefined || rails.blockUnlimitedApprovals
  if (!isHash || raw || !isBound) return undefined
  return refusal('raw_signing_enabled', 'The message is a hash, which the guardrails cannot check.')
}

function domainRefusal({ domains, otherDomains }: MessageRules, { domain }: TypedData): Refusal | undefined {
  if (otherDomains || isListed(domains, domain)) return undefined
  return refusal('eip712_domain_allowlist', `The domain ${domainOf(domain)} is not on the agent's list.`)
}

function isListed(domains: readonly string[], { name, verifyingContract }: TypedData['domain']): boolean {
  if (typeof name !== 'string') return false
  return domains.some(each => each === name || each === canonicalDomain(`${name}@${String(verifyingContract)}`))
}

function canonicalDomain(written: string): string {
  const at = written.lastIndexOf('@')
  return at < 0 ? written : written.slice(0, at) + written.slice(at).toLowerCase()
}

/** The guardrails of transactions, for messages that move something with the signature alone. */
function movingRefusal(
  rules: MessageRules,
  data: TypedData,
  meaning: Meaning,
  { from, approvals }: { readonly from: string; readonly approvals: Approvals },
): Refusal | undefined {
  const { allowlist, allowedChains, maxValue, dailyLimit, blockUnlimitedApprovals } = rules.rails
  if (allowedChains.length > 0 && data.domain['chainId'] === undefined) {
    return refusal('tx_allowed_chains', 'The typed data names no chain, so it would be valid on every chain.')
  }
  if (allowlist.length > 0) {
    const stranger = meaning.parties.find(party => ![from, ...allowlist].some(each => each.toLowerCase() === party.toLowerCase()))
    if (stranger !== undefined) return refusal('tx_to_allowlist', `${stranger} is not on the agent's list.`)
    if (meaning.anybody) return refusal('tx_to_allowlist', 'Anybody could take what is offered.')
    if (!meaning.known && meaning.parties.length === 0 && !isListed(rules.domains, data.domain)) {
      return refusal('tx_to_allowlist', `The recipient of ${data.primaryType} cannot be determined.`)
    }
  }
  if (maxValue !== undefined && meaning.value > maxValue) {
    return refusal('tx_max_value_eth', 'It transfers more of the native currency than a transaction may.')
  }
  if (dailyLimit !== undefined && meaning.value > 0n) {
    return refusal('tx_daily_limit_eth', 'The amount of native currency could not be determined; send a transaction instead.')
  }
  return blockUnlimitedApprovals ? approvalRefusal(approvals) : undefined
}

function refusal(guardrail: string, detail: string): Refusal {
  return { guardrail, detail }
}
