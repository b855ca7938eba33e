import type { HeldToken } from '../../client/auth.ts'

/** Files in PEM form; both may be the same one. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** How a workload proves which agent it is, again whenever a token ends: by something that is not ours to keep. */
export type Proof =
  /** GitHub Actions, which makes a token for the audience whenever the job asks. */
  | { readonly by: 'github'; readonly audience: string }
  /** A token of an OIDC issuer in a variable: GitLab's `id_tokens`. */
  | { readonly by: 'variable'; readonly name: string }
  /** The same in a file, which somebody may keep fresh: a service account token of Kubernetes. */
  | { readonly by: 'file'; readonly path: string }
  | ({ readonly by: 'certificate' } & CertificateFiles)

/** An agent that somebody else vouches for, so that it has no key of ours. */
export interface Workload {
  readonly kind: 'workload'
  readonly agentId: string
  readonly proof: Proof
  readonly from: string
  /** The token of an earlier exchange. */
  readonly held?: HeldToken
  /** The profile that keeps the token, if one does. */
  readonly keptIn?: string
}
