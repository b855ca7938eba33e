import type { Pattern } from '../../src/path-pattern.ts'

/**
 * A vault and its organisation, as found by a look-up with both. Everything in a vault is reached through this, never through the vault's
 * id alone: with only an id, the organisation has not been checked.
 */
export interface VaultPlace {
  readonly id: string
  readonly orgId: string
}

/** The facts about a vault that a decision needs: the vault itself and its current policies. */
export interface VaultFacts extends VaultPlace {
  readonly createdBy: string
  readonly createdByType: string
  /** The key that seals new values. */
  readonly kek: KekFacts
  /** The keys that can still be needed for older values. */
  readonly formerKeks: readonly KekFacts[]
  /** SHA-256 of the customer key with which values must be encrypted; null if there is none. */
  readonly cmekFingerprint: string | null
  readonly policies: readonly PolicyFacts[]
}

/** A vault’s key: its id, and its wrapped bytes if the database keeps them. */
export interface KekFacts {
  readonly id: string
  readonly blob: Uint8Array | null
}

/** The permissions of a policy on a path; `admin` includes the others. */
export type Permission = 'read' | 'write' | 'delete' | 'rotate' | 'admin'

/** A policy, prepared for decisions. */
export interface PolicyFacts {
  readonly id: string
  readonly pattern: Pattern
  readonly principalType: string
  readonly principalId: string
  readonly permissions: readonly string[]
  /** As stored; anything unknown in it denies. */
  readonly conditions: Record<string, unknown> | null
  /** Epoch milliseconds; a delegated policy does not end after any policy above it. */
  readonly expiresAt: number | null
  /** The policy under which it was created; null if there is none. */
  readonly grantedUnder: string | null
  /** The conditions of the policies above it, which must also be met. */
  readonly inherited: readonly Record<string, unknown>[]
}

/** The facts about another agent that a decision needs. */
export interface AgentFacts {
  readonly id: string
  readonly orgId: string
  /** The human behind it; null if that account no longer exists. */
  readonly createdBy: string | null
}
