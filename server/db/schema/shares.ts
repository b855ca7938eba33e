/** The tables of shares, enrolments and requests for access; part of `Schema`. */
export interface SharingSchema {
  shares: {
    id: string
    /** The organisation of the secret and its creator. */
    org_id: string
    secret_id: string
    created_by: string
    created_by_type: string
    recipient_type: string
    /** Null for anyone with the link, and for an address until its owner has accepted. */
    recipient_id: string | null
    /** Canonical; only if the recipient is an address. */
    recipient_email: string | null
    passphrase_hash: string | null
    ip_allowlist: string
    /** 0: unlimited. */
    max_access_count: number
    access_count: number
    created_at: number
    expires_at: number
    accepted_at: number | null
    declined_at: number | null
    revoked_at: number | null
  }
  enrollments: {
    token_hash: string
    kind: string
    /** The person who decides, if `kind` is `account`. */
    user_id: string | null
    name: string
    description: string | null
    ip_address: string
    status: string
    decided_by: string | null
    agent_id: string | null
    created_at: number
    expires_at: number
    decided_at: number | null
  }
  enrollment_cooldowns: { email_hash: string; until: number }
  access_requests: {
    id: string
    org_id: string
    vault_id: string
    requester_type: string
    requester_id: string
    /** The token generation of the requester at that time. */
    generation: number
    secret_path_pattern: string
    permissions: string
    reason: string
    /** The requested duration. */
    wanted_ms: number
    /** `pending`, `approved`, `declined` or `withdrawn`. */
    status: string
    created_at: number
    /** The time until which it can be decided. */
    expires_at: number
    decided_by: string | null
    decided_at: number | null
    /** The decider's note. */
    note: string | null
    policy_id: string | null
    access_ends_at: number | null
  }
}
