import type { Generated } from 'kysely'

/** The limits that an operator has granted to an organisation. */
export interface OrgPlan {
  billing_tier: Generated<string>
  /** When the tier falls back to `free`; null: never. */
  tier_expires_at: Generated<number | null>
  free_tier_override: Generated<number | null>
  is_sponsored: Generated<number>
}

/** The tables of accounts, second factors, organisations and mail; part of `Schema`. */
export interface PeopleSchema {
  /** Unsent mail. Its recipient and text are sealed, because it contains links that grant access. */
  outbox: {
    id: string
    kind: string
    sealed: Uint8Array
    attempts: number
    created_at: number
    /** Not sent before this time. The process that takes the row moves it ahead. */
    due_at: number
    /** Not sent after this time: its link would be useless. */
    expires_at: number
    /** Why the last attempt failed; names neither recipient nor text. Null before a failure. */
    last_error: string | null
  }
  /** An admin's request to a person; one at a time. */
  mfa_resets: {
    user_id: string
    token_hash: string
    org_id: string
    asked_by: string
    /** The token generations of the person and of the requester; void once either has been raised. */
    generation: number
    asker_generation: number
    created_at: number
    expires_at: number
  }
  password_resets: {
    token_hash: string
    user_id: string | null
    /** The token generation of the request; void once the person's has been raised. */
    generation: number | null
    created_at: number
    expires_at: number
  }
  pending_signups: {
    token_hash: string
    email: string
    display_name: string | null
    password_hash: string
    /** The hash of the invitation link that it followed, which does not confirm an address. */
    invite_hash: string | null
    /** The name of the organisation that it creates. */
    org_name: string | null
    created_at: number
    expires_at: number
  }
  totp_factors: {
    user_id: string
    /** The shared secret, sealed. */
    sealed: Uint8Array
    is_confirmed: number
    /** The 30-second step of the last code that was accepted; only later ones are. */
    last_step: number
    created_at: number
  }
  recovery_codes: { user_id: string; code_hash: string }
  mfa_challenges: { token_hash: string; user_id: string; method: string; generation: number; expires_at: number }
  /** Sign-ins that browsers keep. */
  console_sessions: {
    id: string
    token_hash: string
    user_id: string
    org_id: string
    /** Its initial token generation; void once the person's has been raised. */
    generation: number
    user_agent: string
    /** The address of the last use. */
    ip_address: string
    created_at: number
    last_used_at: number
    /** The terminal's login whose link opened it; the session ends with it. */
    login_jti: string | null
    /** When that login ends; null for a session of a sign-in on the page. */
    ends_at: number | null
  }
  /** Links that a terminal created to open the console, each used once. */
  console_links: {
    token_hash: string
    user_id: string
    org_id: string
    generation: number
    login_jti: string
    login_ends_at: number
    expires_at: number
  }
  oidc_identities: { issuer: string; subject: string; user_id: string; created_at: number }
  invitations: {
    id: string
    org_id: string
    email: string
    role: string
    /** The hash of the mailed link, which confirms the address. */
    token_hash: string
    /** The hash of the link that the inviter passes on, which does not prove the address. Null without such a link. */
    link_hash: string | null
    invited_by: string
    /** The inviter's token generation; void once that has been raised. Null if an agent invited. */
    generation: number | null
    created_at: number
    expires_at: number
  }
  ip_rules: {
    id: string
    org_id: string
    rule_type: string
    cidr: string
    label: string | null
    applies_to: string
    created_by: string
    created_at: number
  }
  org_settings: { org_id: string; key: string; value: string }
}
