import {
  agentToken,
  apiKeyToken,
  changePassword,
  jwks,
  jwtPublicKey,
  refresh,
  revokeToken,
  signup,
  token,
} from '../../../src/contract/auth.ts'
import { forgotPassword, google, resetPassword, signInOptions, verifyEmail } from '../../../src/contract/sign-in.ts'
import { Problem } from '../../../src/problem.ts'
import type { Issuer } from '../../credentials/jwt.ts'
import { invalidField } from '../../http/checks.ts'
import type { Mount } from '../../http/mount.ts'
import type { KeyLogin } from './key-login.ts'
import type { OidcLogin } from './oidc-login.ts'
import type { PasswordLogin } from './password-login.ts'
import type { PasswordReset } from './password-reset.ts'
import type { Revocation } from './revocation.ts'
import type { SignInOptions } from './sign-in-options.ts'
import type { Signup } from './signup.ts'

export interface AuthServices {
  readonly issuer: Issuer
  readonly passwordLogin: PasswordLogin
  readonly keyLogin: KeyLogin
  readonly signup: Signup
  readonly revoke: Revocation
  readonly passwordReset: PasswordReset
  readonly oidcLogin: OidcLogin
  readonly options: SignInOptions
}

export function authRoutes(mount: Mount, services: AuthServices): void {
  const { issuer, passwordLogin, keyLogin, signup: signUp, revoke, passwordReset, oidcLogin, options } = services

  mount(signInOptions, async () => options())

  mount(signup, async ({ body, visitor }) => signUp.begin(body, visitor.ip))

  mount(verifyEmail, async ({ body, visitor }) => signUp.verifyEmail(body.token, visitor.ip))

  mount(forgotPassword, async ({ body, visitor }) => {
    await passwordReset.mailLink(body.email, visitor.ip)
    return { message: 'If there is an account with this address, a link to set a new password has been mailed to it.' }
  })

  mount(resetPassword, async ({ body, visitor }) => {
    await passwordReset.setPassword(body.token, body.new_password, visitor.ip)
    return { message: 'The new password is set. Sign in with it.' }
  })

  mount(google, async ({ body, visitor }) => oidcLogin(body.id_token, body.nonce, visitor))

  mount(token, async ({ body, visitor }) => passwordLogin.login(body.email, body.password, visitor))

  mount(agentToken, async ({ body: { agent_id, api_key, client_assertion }, visitor, tlsPeer }) => {
    if (api_key !== undefined) return keyLogin.agent(api_key, agent_id, visitor)
    if (client_assertion === undefined) {
      const peer = tlsPeer()
      if (!peer || agent_id === undefined) throw invalidField('api_key', 'is required')
      return keyLogin.certificate(peer.certificate, agent_id, visitor)
    }
    if (agent_id === undefined) throw invalidField('agent_id', 'is required with client_assertion')
    return keyLogin.workload(client_assertion, agent_id, visitor)
  })

  mount(apiKeyToken, async ({ body, visitor }) => keyLogin.user(body.api_key, visitor))

  mount(revokeToken, async ({ actor, visitor }) => {
    await revoke(actor, visitor.ip)
    return undefined
  })

  mount(refresh, async () => {
    throw new Problem('request.invalid', 'Refresh tokens not yet implemented')
  })

  mount(changePassword, async ({ actor, body, visitor }) => {
    await passwordLogin.changePassword(actor, body.current_password, body.new_password, visitor)
    return undefined
  })

  mount(jwtPublicKey, async () => ({
    alg: 'EdDSA',
    public_key_base64: Buffer.from(issuer.jwk().x, 'base64url').toString('base64'),
  }))

  mount(jwks, async () => ({ keys: issuer.jwks() }))
}
