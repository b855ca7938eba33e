import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { signInOptions } from '../../../src/contract/sign-in.ts'
import type { Database } from '../../db/database.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { IdTokens, Issuer } from './id-tokens.ts'

export interface SignInOptionsDeps {
  readonly database: Database<{ accounts: AccountStore }>
  readonly signup: 'open' | 'invite' | 'closed'
  readonly emailVerification: boolean
  readonly oidc: Pick<Issuer, 'issuer' | 'clientId'> | undefined
  readonly idTokens: IdTokens | undefined
}

export type SignInOptions = () => Promise<ReplyOf<typeof signInOptions>>

/** The information that a page needs before a sign-in. An unreachable issuer is left out. */
export function signInOptionsService({ database, signup, emailVerification, oidc, idTokens }: SignInOptionsDeps): SignInOptions {
  return async () => {
    const endpoint = await idTokens?.authorizationEndpoint().catch(() => undefined)
    // The first account of a server can always sign up.
    const isFirst = signup !== 'open' && !(await database.read(({ accounts }) => accounts.hasUsers()))
    return {
      signup: isFirst ? 'open' : signup,
      email_verification: emailVerification,
      ...(oidc &&
        endpoint !== undefined && { oidc: { issuer: oidc.issuer, client_id: oidc.clientId, authorization_endpoint: endpoint } }),
    }
  }
}
