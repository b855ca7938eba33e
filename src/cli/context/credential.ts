import type { Proof, Workload } from './proof.ts'

/** The source of a key or token. */
interface Origin {
  readonly from: string
  /** Reads it again from a file, which may have been renewed. */
  readonly read?: () => string
}

/** The credential that a run presents to the server. */
export type Credential =
  | (Origin & {
      readonly kind: 'token'
      readonly token: string
      readonly expiresAt?: string | undefined
      /** The profile that stores it, if it can be renewed. */
      readonly keptIn?: string
    })
  | (Origin & { readonly kind: 'user-key'; readonly apiKey: string })
  | (Origin & { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string | undefined })
  | Workload

/** A login's entry in the credential store, as JSON. */
export type Stored =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'user-key'; readonly apiKey: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string }
  | { readonly kind: 'workload'; readonly token: string; readonly agentId: string; readonly proof: Proof }
