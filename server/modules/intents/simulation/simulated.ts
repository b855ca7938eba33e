import type { Intent } from '../intent.ts'
import type { Revert } from '../node/reverts.ts'
import type { Chain } from '../ports.ts'

/** Calls of one sender on one chain; each sees the changes of the earlier ones. */
export interface Rehearsal {
  readonly chain: Chain
  readonly from: `0x${string}`
  readonly calls: readonly Pick<Intent, 'to' | 'value' | 'data' | 'gasLimit'>[]
}

/** An amount of a token (null: the native currency) that changes hands; one end is missing if tokens are minted or burned. */
export interface Movement {
  /** EIP-55, like all addresses here. */
  readonly token: `0x${string}` | null
  readonly from: `0x${string}` | undefined
  readonly to: `0x${string}` | undefined
  readonly amount: bigint
}

/** The result of one call. */
export interface Simulated {
  /** `error`: the result is unknown. */
  readonly status: 'success' | 'reverted' | 'error'
  readonly method: string
  readonly gasUsed?: number
  readonly movements: readonly Movement[]
  /** The reason for a failure: a code for programs, the node's message, and the contract's reason. */
  readonly failure?: { readonly code: string; readonly error: string; readonly revert?: Revert }
  readonly dashboardUrl?: string
  /** The simulator's own id; absent if it gives none. */
  readonly id?: string
}

/** A way to simulate; undefined if this chain's nodes do not support it. Throws Problem `chain.unreachable`. */
export type Simulator = (rehearsal: Rehearsal) => Promise<readonly Simulated[] | undefined>
