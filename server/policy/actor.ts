/** Who is calling, as verified by `authenticate`; live, not as the token was when it was issued. */
export type Actor = UserActor | AgentActor

interface Ceilings {
  /** Path patterns that bound what the credential reaches; entries with `:` are labels and bound nothing. */
  readonly scopes: readonly string[]
  /** Vaults the credential is confined to; empty means no such bound. */
  readonly vaultIds: readonly string[]
}

/** What a member may do in an organisation; each role includes the next. */
export type Role = 'owner' | 'admin' | 'member'

/** A person, in the organisation that the credential is for. */
export interface UserActor extends Ceilings {
  readonly type: 'user'
  readonly id: string
  readonly orgId: string
  readonly email: string
  readonly role: Role
  /** The personal API key it came with, directly or through a token made from it. */
  readonly apiKeyId?: string
  /** The token presented, so that it can be revoked; absent when an API key was presented itself. */
  readonly token?: PresentedToken
  /** The console session that the token is of. */
  readonly sessionId?: string
}

/** An agent. `scopes` and `vaultIds` bound what its policies grant. */
export interface AgentActor extends Ceilings {
  readonly type: 'agent'
  readonly id: string
  readonly orgId: string
  /** The human behind it; absent when that account is gone. */
  readonly createdBy?: string
  readonly intentsEnabled: boolean
  readonly token?: PresentedToken
}

/** The token that a request came with; absent where a key came itself. Times are epoch seconds. */
export interface PresentedToken {
  readonly jti: string
  /** Epoch seconds. */
  readonly exp: number
  /** The principal's token generation when it was issued. */
  readonly generation: number
  /** When the person has proven who they are, epoch seconds. */
  readonly signedInAt?: number
  /** How the token was come by, where no sign-in answered it. */
  readonly via?: 'device' | 'switch'
}

/** Where a request comes from. */
export interface Visitor {
  /** The client's address; `X-Forwarded-For` counts only from configured proxies. */
  readonly ip: string
  /** Whether it was sent on the server's own machine, past no proxy. */
  readonly isLocal: boolean
  readonly requestId: string
}
