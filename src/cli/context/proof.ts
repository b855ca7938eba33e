import type { HeldToken } from '../../client/auth.ts'

/** Files in PEM form; both may be the same one. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** How a workload proves its identity whenever a token expires, with something that we do not store. */
export type Proof =
  /** GitHub Actions, which makes a token for the audience whenever the job asks. */
  | { readonly by: 'github'; readonly audience: string }
  /** A variable with a token of an OIDC issuer: GitLab's `id_tokens`. */
  | { readonly by: 'variable'; readonly name: string }
  /** A file with one, which may be refreshed: a service account token of Kubernetes. */
  | { readonly by: 'file'; readonly path: string }
  | ({ readonly by: 'certificate' } & CertificateFiles)

/** An agent that an issuer vouches for, so that it has no key of ours. */
export interface Workload {
  readonly kind: 'workload'
  readonly agentId: string
  readonly proof: Proof
  readonly from: string
  /** The token of an earlier exchange. */
  readonly held?: HeldToken
  /** The profile that stores the token, if any. */
  readonly keptIn?: string
}
