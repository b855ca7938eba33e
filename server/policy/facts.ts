import type { Pattern } from '../../src/path-pattern.ts'

/** What the decision needs to know of a vault: itself and its policies, as they are now. */
export interface VaultFacts {
  readonly id: string
  readonly orgId: string
  readonly createdBy: string
  readonly createdByType: string
  readonly kek: { readonly id: string; readonly blob: Uint8Array | null }
  readonly policies: readonly PolicyFacts[]
}

export type Permission = 'read' | 'write' | 'delete' | 'rotate' | 'admin'

export interface PolicyFacts {
  readonly id: string
  readonly pattern: Pattern
  readonly principalType: string
  readonly principalId: string
  readonly permissions: readonly string[]
  /** As stored; anything in it that is not understood denies. */
  readonly conditions: Record<string, unknown> | null
  /** Epoch milliseconds. */
  readonly expiresAt: number | null
}

/** What the decision needs to know of an agent that is not the caller. */
export interface AgentFacts {
  readonly id: string
  readonly orgId: string
  /** The human behind it; null when that account is gone. */
  readonly createdBy: string | null
}
