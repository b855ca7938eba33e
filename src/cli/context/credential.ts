import type { Proof, Workload } from './proof.ts'

/** Where a key or token comes from. */
interface Origin {
  readonly from: string
  /** Reads it again, from a file that somebody may have renewed. */
  readonly read?: () => string
}

/** What a run presents to the server. */
export type Credential =
  | (Origin & {
      readonly kind: 'token'
      readonly token: string
      readonly expiresAt?: string | undefined
      /** The profile that keeps it, where it can be renewed. */
      readonly keptIn?: string
    })
  | (Origin & { readonly kind: 'user-key'; readonly apiKey: string })
  | (Origin & { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string | undefined })
  | Workload

/** What a login leaves in the credential store, as JSON. */
export type Stored =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'user-key'; readonly apiKey: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string }
  | { readonly kind: 'workload'; readonly token: string; readonly agentId: string; readonly proof: Proof }
