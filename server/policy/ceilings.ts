import { Problem } from '../../src/problem.ts'

/** A resource with a ceiling, regardless of the plan: it keeps one tenant from exhausting the server. */
interface CeilingSpec {
  /** The name of the setting, without `ONECLAW_`. */
  readonly setting: string
  /** The default. */
  readonly most: number
  /** The owner and the objects, in the words of the error. */
  readonly whose: string
  readonly what: string
}

/** Every ceiling, once. */
export const CEILINGS = {
  vaults: { setting: 'MAX_VAULTS', most: 10_000, whose: 'This organisation', what: 'vaults' },
  agents: { setting: 'MAX_AGENTS', most: 10_000, whose: 'This organisation', what: 'active agents' },
  apiKeys: { setting: 'MAX_API_KEYS', most: 10_000, whose: 'This organisation', what: 'active API keys' },
  policies: { setting: 'MAX_POLICIES', most: 100_000, whose: 'This organisation', what: 'policies' },
  vaultPolicies: { setting: 'MAX_VAULT_POLICIES', most: 10_000, whose: 'This vault', what: 'policies' },
  principalPolicies: { setting: 'MAX_PRINCIPAL_POLICIES', most: 1_000, whose: 'The principal', what: 'policies in this vault' },
  secrets: { setting: 'MAX_SECRETS', most: 500_000, whose: 'This organisation', what: 'secrets' },
  versions: { setting: 'MAX_SECRET_VERSIONS', most: 10_000, whose: 'This secret', what: 'versions' },
  bytes: { setting: 'MAX_STORED_BYTES', most: 20 * 1024 ** 3, whose: 'This organisation', what: 'bytes of secrets' },
  providerKeys: { setting: 'MAX_PROVIDER_KEYS', most: 20_000, whose: 'This organisation', what: 'keys in the key provider' },
  shares: { setting: 'MAX_SHARES', most: 50_000, whose: 'This organisation', what: 'open shares' },
  invitations: { setting: 'MAX_INVITATIONS', most: 100, whose: 'This organisation', what: 'open invitations' },
  ipRules: { setting: 'MAX_IP_RULES', most: 500, whose: 'This organisation', what: 'rules about addresses' },
  accessRequests: { setting: 'MAX_ACCESS_REQUESTS', most: 1_000, whose: 'This organisation', what: 'open requests for access' },
  signups: { setting: 'MAX_PENDING_SIGNUPS', most: 100_000, whose: 'This server', what: 'pending sign-ups' },
  enrollments: { setting: 'MAX_PENDING_ENROLLMENTS', most: 10_000, whose: 'This server', what: 'pending enrollments' },
  deviceLogins: { setting: 'MAX_PENDING_LOGINS', most: 100_000, whose: 'This server', what: 'pending device logins' },
} as const satisfies Record<string, CeilingSpec>

/** A number that the server limits, whatever the plan. */
export type Ceiling = keyof typeof CEILINGS
/** The greatest value of each; `bytes` in bytes, the others counted. */
export type Ceilings = Readonly<Record<Ceiling, number>>

/** @param wanted the resulting number @throws Problem `resource.ceiling` that names the number and the setting */
export function refuseAbove(ceilings: Ceilings, ceiling: Ceiling, wanted: number): void {
  const most = ceilings[ceiling]
  if (wanted <= most) return
  const { whose, what, setting } = CEILINGS[ceiling]
  throw new Problem(
    'resource.ceiling',
    `${whose} may have ${most} ${what} at most, and this would be number ${wanted} (ONECLAW_${setting}).`,
    { reason: 'ceiling' },
  )
}
