import type { AuditEvent } from './event.ts'

/** Rules by the names that the server records, in words. */
const RULES: Readonly<Record<string, string>> = {
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
  'owner-or-admin': 'Only owners and admins can do this.',
  'owner-admin-or-creator': 'Only owners, admins and the creator can do this.',
  'policy-manager': 'Only owners, admins, the vault’s creator and people who manage its policies can do this.',
  'platform-admin': 'Only admins of the platform can do this.',
  'intents-disabled': 'The intents API is not enabled for this agent.',
  'ip-rule': 'The organisation’s IP rules do not allow this address.',
  credentials: 'The credentials were wrong or unknown.',
  'auth.required': 'No valid credential was sent.',
  'auth.failed': 'The credentials were not accepted.',
}

/** Which condition of the policy did not hold then. */
const CONDITIONS: Readonly<Record<string, (event: Said) => string>> = {
  ip_allowlist: ({ ip_address }) => `not from this address (${ip_address})`,
  time_window: () => 'not at this time',
}

type Said = Pick<AuditEvent, 'details' | 'ip_address'>

/** Why it was allowed or denied, as it was recorded then; undefined where nothing was. */
export function whyOf(event: Said): string | undefined {
  const { rule, condition, reason } = event.details
  if (typeof rule !== 'string') return undefined
  if (rule === 'policy-conditions') {
    const said = CONDITIONS[String(condition)]?.(event) ?? 'not under these conditions'
    return `A policy covers this path, but ${said}.`
  }
  if (typeof reason === 'string' && reason.includes(' ')) return reason
  return RULES[rule] ?? `Stopped by ${rule.replaceAll('_', ' ')}.`
}
