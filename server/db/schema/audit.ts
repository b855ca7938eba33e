/** The tables of the audit trail. */
export interface AuditSchema {
  audit_events: {
    org_id: string
    seq: number
    id: string
    action: string
    actor_id: string
    actor_type: string
    resource_type: string
    resource_id: string
    vault_id: string | null
    details: string
    ip_address: string
    created_at: number
    prev_event_id: string
    integrity_hash: string
    /** See `eventMac`; null in events that are older than MACs. */
    mac: string | null
  }
  audit_heads: { org_id: string; seq: number; event_id: string; integrity_hash: string }
  /** Sums of `audit_events` for one UTC day (days since 1970), actor and outcome. */
  audit_days: {
    org_id: string
    day: number
    actor_type: string
    actor_id: string
    action: string
    outcome: string
    /** Empty for events outside any vault. */
    vault_id: string
    count: number
  }
  /** The subjects of events, up to `audit_indexed`; see `SUBJECTS_OF`. */
  audit_subjects: { org_id: string; subject: string; seq: number }
  /** The paths of events, or else their resources, with the last event of each, up to `audit_indexed`. */
  audit_paths: { org_id: string; path: string; last_seq: number }
  /** The signatures of groups of events (signature.ts): `bits` has those of the slots of one part. */
  audit_texts: { org_id: string; event_group: number; part: number; bits: Uint8Array }
  /** The times of the events in each part of the chain, up to `audit_indexed`. Epoch milliseconds. */
  audit_stretches: { org_id: string; first_seq: number; last_seq: number; min_at: number; max_at: number }
  /** Like `audit_days`, for one hour (hours since 1970) of the newest three days of a chain, up to `audit_indexed`. */
  audit_hours: {
    org_id: string
    hour: number
    actor_type: string
    actor_id: string
    action: string
    outcome: string
    vault_id: string
    count: number
  }
  /** The last event in `audit_subjects`, `audit_paths`, `audit_stretches` and `audit_hours`. */
  audit_indexed: { org_id: string; seq: number }
  /** Sums of the reads among `audit_events` for one UTC day (days since 1970). */
  secret_reads: {
    org_id: string
    secret_id: string
    actor_type: string
    actor_id: string
    day: number
    count: number
    last_at: number
    /** The version that was read last; 0 if it was not recorded. */
    version: number
  }
  audit_checkpoints: {
    org_id: string
    seq: number
    event_id: string
    integrity_hash: string
    created_at: number
    signature: string
    kid: string
    /** The checkpoint before this one, and its `checkpointDigest`; null in checkpoints from before they were linked. */
    prev_seq: number | null
    prev_digest: string | null
  }
  /** The last event of a chain without a MAC, signed; only for chains that started before there were MACs. */
  audit_mac_starts: {
    org_id: string
    seq: number
    event_id: string
    integrity_hash: string
    created_at: number
    kid: string
    signature: string
  }
  /** How far a chain was verified, and when it was last verified completely; `mac` is that of `verifiedMac`. Epoch milliseconds. */
  audit_verified: {
    org_id: string
    seq: number
    event_id: string
    integrity_hash: string
    verified_at: number
    full_at: number
    mac: string
  }
  /** The signed statement that the events up to one were removed; see `SignedCut`. */
  audit_cuts: {
    org_id: string
    seq: number
    event_id: string
    integrity_hash: string
    created_at: number
    kid: string
    reason: string
    kept_in: string
    kept_sha256: string
    prev_seq: number
    signature: string
    /** When the last of them was removed; null before that. */
    finished_at: number | null
  }
}
