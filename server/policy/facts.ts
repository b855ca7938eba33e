import type { Pattern } from '../../src/path-pattern.ts'

/**
 * A vault and the organisation it is in, as a look-up by both has found them. What lies in a vault is reached through this, never
 * through the vault's id alone: anyone who has only an id has not asked yet whose it is.
 */
export interface VaultPlace {
  readonly id: string
  readonly orgId: string
}

/** What the decision needs to know of a vault: itself and its policies, as they are now. */
export interface VaultFacts extends VaultPlace {
  readonly createdBy: string
  readonly createdByType: string
  /** What new values are sealed under. */
  readonly kek: KekFacts
  /** What values from before may still be under. */
  readonly formerKeks: readonly KekFacts[]
  /** SHA-256 of the customer's key that values must be under; null where there is none. */
  readonly cmekFingerprint: string | null
  readonly policies: readonly PolicyFacts[]
}

/** A vault’s key: its id, and its wrapped bytes where the database keeps them. */
export interface KekFacts {
  readonly id: string
  readonly blob: Uint8Array | null
}

/** What a policy can grant on a path; `admin` includes the others. */
export type Permission = 'read' | 'write' | 'delete' | 'rotate' | 'admin'

/** A policy, prepared for decisions. */
export interface PolicyFacts {
  readonly id: string
  readonly pattern: Pattern
  readonly principalType: string
  readonly principalId: string
  readonly permissions: readonly string[]
  /** As stored; anything in it that is not understood denies. */
  readonly conditions: Record<string, unknown> | null
  /** Epoch milliseconds; of a delegated policy, not after the end of any above it. */
  readonly expiresAt: number | null
  /** The policy that gave its maker the right to make it; null when it stands by itself. */
  readonly grantedUnder: string | null
  /** The conditions of those above it, which must hold too. */
  readonly inherited: readonly Record<string, unknown>[]
}

/** What the decision needs to know of an agent that is not the caller. */
export interface AgentFacts {
  readonly id: string
  readonly orgId: string
  /** The human behind it; null when that account is gone. */
  readonly createdBy: string | null
}
