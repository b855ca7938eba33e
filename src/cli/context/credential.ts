import type { Proof, Workload } from './proof.ts'

/** What a run presents to the server. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string; readonly from: string; readonly expiresAt?: string | undefined }
  | { readonly kind: 'user-key'; readonly apiKey: string; readonly from: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string | undefined; readonly from: string }
  | Workload

/** What a login leaves in the credential store, as JSON. */
export type Stored =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'user-key'; readonly apiKey: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string }
  | { readonly kind: 'workload'; readonly token: string; readonly agentId: string; readonly proof: Proof }
