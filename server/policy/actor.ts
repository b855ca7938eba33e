/** The caller, as verified by `authenticate`; in its current state, not as the token was issued. */
export type Actor = UserActor | AgentActor

interface Ceilings {
  /** Path patterns that limit the credential; entries with `:` are labels and limit nothing. */
  readonly scopes: readonly string[]
  /** Vaults the credential is confined to; empty means no such bound. */
  readonly vaultIds: readonly string[]
}

/** The rights of a member in an organisation; each role includes the next. */
export type Role = 'owner' | 'admin' | 'member'

/** A person, in the credential's organisation. */
export interface UserActor extends Ceilings {
  readonly type: 'user'
  readonly id: string
  readonly orgId: string
  readonly email: string
  readonly role: Role
  /** The personal API key that was presented, directly or through a token made from it. */
  readonly apiKeyId?: string
  /** The presented token, so that it can be revoked; absent when an API key was presented directly. */
  readonly token?: PresentedToken
  /** The console session that the token is of. */
  readonly sessionId?: string
}

/** An agent. `scopes` and `vaultIds` limit what its policies grant. */
export interface AgentActor extends Ceilings {
  readonly type: 'agent'
  readonly id: string
  readonly orgId: string
  /** The human behind it; absent when that account is gone. */
  readonly createdBy?: string
  readonly intentsEnabled: boolean
  readonly token?: PresentedToken
}

/** The token of a request; absent when a key was presented directly. Times are epoch seconds. */
export interface PresentedToken {
  readonly jti: string
  /** Epoch seconds. */
  readonly exp: number
  /** The principal's token generation when it was issued. */
  readonly generation: number
  /** When the person signed in, epoch seconds. */
  readonly signedInAt?: number
  /** How the token was made, if not by a sign-in. */
  readonly via?: 'device' | 'switch'
}

/** The origin of a request. */
export interface Visitor {
  /** The client's address; `X-Forwarded-For` counts only from configured proxies. */
  readonly ip: string
  /** Whether it was sent from the server's own machine, without a proxy. */
  readonly isLocal: boolean
  readonly requestId: string
}
