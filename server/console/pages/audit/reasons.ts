import type { DenialRule } from '../../../../src/problem.ts'
import type { AuditEvent } from './event.ts'

/** Rules by the names that the server records, in words. Conditions have their own. */
const RULES: Readonly<Record<Exclude<DenialRule, 'policy-conditions'> | 'policy' | 'creator', string>> = {
  policy: 'A policy allowed it.',
  creator: 'Allowed: the vault’s creator can use everything in it.',
  'no-policy': 'No policy granted this.',
  'policy-expired': 'The policy for this path had expired.',
  'policy-permission': 'The policy for this path does not include this permission.',
  'vault-ceiling': 'Outside the vaults that this credential is limited to.',
  'scope-ceiling': 'Outside the paths that this credential is limited to.',
  'people-only': 'Agents cannot do this; a person must.',
  'agents-only': 'Only agents can do this.',
  'agent-itself': 'Only the agent itself can do this.',
  'confined-credential': 'A credential that is limited to paths or vaults cannot do this.',
  'signed-in-person': 'A signed-in person must do this; an API key cannot.',
  'recent-sign-in': 'This needs a recent sign-in.',
  'browser-sign-in': 'This needs a sign-in in a browser; the login of a terminal cannot do it.',
  'terminal-login': 'Only the login of a terminal can do this.',
  'longest-login': 'A login cannot be renewed for longer than seven days.',
  'other-account': 'The login was started for another account.',
  'owner-or-admin': 'Only owners and admins can do this.',
  'owner-only': 'Only an owner can do this.',
  'last-owner': 'An organisation needs an owner.',
  'owner-admin-or-creator': 'Only owners, admins and the creator can do this.',
  'platform-admin': 'Only platform administrators can do this.',
  'set-by-admin': 'An owner or admin set this limit; only they can loosen it.',
  'policy-manager': 'Only owners, admins, the vault’s creator and people who manage its policies can do this.',
  'policy-reach': 'The person’s own admin permission does not cover this policy.',
  'policy-depth': 'The admin permission was already passed on too many times.',
  'policy-ended': 'The policy that allowed it was deleted.',
  'own-request': 'Nobody can decide their own request.',
  'requester-only': 'Only the requester can withdraw a request.',
  'requester-or-granter': 'Only the requester and people who can grant it see a request.',
  'invited-address': 'The invitation is for another e-mail address.',
  'proven-address': 'The e-mail address was not confirmed.',
  'sign-up-closed': 'Sign-up is not open on this server.',
  'ip-rule': 'The organisation’s IP rules do not allow this address.',
  'server-vault': 'This vault belongs to the server.',
  'intents-disabled': 'The intents API is not enabled for this agent.',
  'outstanding-signatures': 'Too many signatures of this agent were not used yet.',
  'signing-keys-hidden': 'An agent that signs with keys cannot read them.',
  'key-never-leaves': 'This key never leaves the key provider.',
  'read-limit': 'The reads are limited: only a person can copy it.',
  'only-stricter': 'An agent can only shorten the expiry and lower the read limit.',
  'share-not-accepted': 'The share was not accepted first.',
  'share-address': 'The share cannot be opened from this address.',
  'share-passphrase': 'The passphrase was missing or wrong.',
  'console-pages-only': 'Only the pages of the console can do this.',
  unencrypted: 'A passphrase or share is not accepted over an unencrypted network.',
  'plan-limit': 'The plan of the organisation does not include more.',
  ceiling: 'The server allows no more of these.',
}

/** Limits of an agent's transactions and messages, by the names of their settings. */
const GUARDRAILS: Readonly<Record<string, string>> = {
  tx_allowed_chains: 'The agent cannot sign for this chain.',
  tx_to_allowlist: 'The address is not one of those that the agent can send to.',
  tx_max_value_eth: 'It was more than the agent’s maximum per transaction.',
  tx_daily_limit_eth: 'It was more than what remained of the agent’s maximum in 24 hours.',
  tx_block_unlimited_approvals: 'The agent cannot approve tokens without a limit.',
  tx_sign_any_nonce: 'The agent cannot sign for a later nonce.',
  message_signing_enabled: 'The agent cannot have messages signed.',
  raw_signing_enabled: 'The agent cannot have raw hashes signed.',
  eip712_domain_allowlist: 'The agent cannot sign typed data of this domain.',
}

/** The reasons for unknown callers, and for failures without a rule. */
const KINDS: Readonly<Record<string, string>> = {
  credentials: 'The credentials were wrong or unknown.',
  'other-subject': 'The issuer signs in another person with the address of this account.',
  'auth.required': 'No valid credential was sent.',
  'auth.failed': 'The credentials were not accepted.',
  'resource.limit': 'The credential names more vaults or scopes than a token can hold.',
}

const WORDS: Readonly<Record<string, string>> = { ...RULES, ...GUARDRAILS, ...KINDS }

/** The condition of the policy that did not hold then. */
const CONDITIONS: Readonly<Record<string, (event: Said) => string>> = {
  ip_allowlist: ({ ip_address }) => `not from this address (${ip_address})`,
  time_window: () => 'not at this time',
}

type Said = Pick<AuditEvent, 'details' | 'ip_address'>

/** Why it was allowed or denied, as recorded then; undefined if nothing was. */
export function whyOf(event: Said): string | undefined {
  const { rule, condition, reason } = event.details
  if (typeof rule !== 'string') return undefined
  if (rule === 'policy-conditions') {
    const said = CONDITIONS[String(condition)]?.(event) ?? 'not under these conditions'
    return `A policy covers this path, but ${said}.`
  }
  if (typeof reason === 'string' && reason.includes(' ')) return reason
  return WORDS[rule] ?? `Stopped by ${rule.replaceAll('_', ' ')}.`
}
