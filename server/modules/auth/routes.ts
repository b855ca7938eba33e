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
import { Problem } from '../../../src/problem.ts'
import type { Mount } from '../../http/mount.ts'
import type { Issuer } from '../../keys/jwt.ts'
import type { KeyLogin } from './key-login.ts'
import type { PasswordLogin } from './password-login.ts'
import type { Revocation } from './revocation.ts'
import type { Signup } from './signup.ts'

export interface AuthServices {
  readonly issuer: Issuer
  readonly passwordLogin: PasswordLogin
  readonly keyLogin: KeyLogin
  readonly signup: Signup
  readonly revoke: Revocation
}

export function authRoutes(mount: Mount, { issuer, passwordLogin, keyLogin, signup: signUp, revoke }: AuthServices): void {
  mount(signup, async ({ body, visitor }) => signUp(body, visitor.ip))

  mount(token, async ({ body, visitor }) => passwordLogin.login(body.email, body.password, visitor))

  mount(agentToken, async ({ body, visitor }) => keyLogin.agent(body.api_key, body.agent_id, visitor))

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

  mount(jwks, async () => ({ keys: [issuer.jwk()] }))
}
