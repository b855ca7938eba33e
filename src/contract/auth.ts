import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Email, name, Password, TokenReply, text, Uuid } from './schema/fields.ts'

/** The token in a mailed link. */
export const MailToken = text(128, 1)

/** The token or, for an account with a second factor, the way to it. */
export const SignInReply = TokenReply.extend({ mfa_required: z.boolean().optional(), mfa_token: z.string().optional() })

export const signup = endpoint({
  id: 'auth.signup',
  method: 'POST',
  path: '/v1/auth/signup',
  summary: 'Create an account and its organisation.',
  description:
    'Passwords have at least 12 and at most 256 characters and are checked by a strength estimator. The first account of a server is its platform administrator. If addresses must be confirmed, the response is `message` and `email`, whether or not an account already exists; the next step is sent by e-mail. With `invite_token`, the account joins the organisation that sent it instead of getting one of its own, whose name is `org_name` (default: the display name, then the address).',
  auth: 'public',
  action: null,
  audit: 'auth.signup',
  limit: 'public-auth',
  body: z.object({
    email: Email,
    password: Password,
    display_name: name(255).optional(),
    org_name: name(255).optional(),
    invite_token: MailToken.optional(),
  }),
  status: 200,
  reply: TokenReply.partial().extend({ message: z.string().optional(), email: z.string().optional() }),
  problems: [403, 409],
})

export const token = endpoint({
  id: 'auth.token',
  method: 'POST',
  path: '/v1/auth/token',
  summary: 'Exchange e-mail and password for a token.',
  description:
    'An unknown account and a wrong password get the same response in the same time. Five consecutive failures lock sign-in for 15 minutes. An account with a second factor gets `mfa_required` and an `mfa_token` for `/v1/auth/mfa/verify`, and an empty `access_token`.',
  auth: 'public',
  action: null,
  audit: 'auth.success',
  limit: 'public-auth',
  body: z.object({ email: Email, password: Password }),
  status: 200,
  reply: SignInReply,
})

export const agentToken = endpoint({
  id: 'auth.agent-token',
  method: 'POST',
  path: '/v1/auth/agent-token',
  summary: "Exchange an agent's key, or its identity elsewhere, for a short-lived token.",
  description:
    '`agent_id` and `vault_ids` are in the response only when the request had no `agent_id`. Agents of `oidc_client_credentials` send `agent_id` and, instead of a key, `client_assertion`: a token (JWT) that their `oidc_issuer`, which the operator must have allowed, has signed, with the URL of this server as its audience and their `oidc_client_id` as its `sub`, `azp` or `client_id`. Agents of `mtls` send `agent_id` alone, over a TLS connection to this server itself on which they have shown the unexpired certificate whose `client_cert_fingerprint` they have.',
  auth: 'public',
  action: null,
  audit: 'auth.success',
  limit: 'public-auth',
  grants: 'token',
  body: z.object({
    agent_id: Uuid.optional(),
    api_key: text(256, 1).optional(),
    client_assertion: text(16_000, 1).optional(),
  }),
  status: 200,
  reply: TokenReply.extend({ agent_id: Uuid.optional(), vault_ids: z.array(Uuid).optional() }),
})

export const apiKeyToken = endpoint({
  id: 'auth.api-key-token',
  method: 'POST',
  path: '/v1/auth/api-key-token',
  summary: 'Exchange a personal API key for a token.',
  auth: 'public',
  action: null,
  audit: 'auth.success',
  limit: 'public-auth',
  grants: 'token',
  body: z.object({ api_key: text(256, 1) }),
  status: 200,
  reply: TokenReply,
})

export const revokeToken = endpoint({
  id: 'auth.revoke',
  method: 'DELETE',
  path: '/v1/auth/token',
  summary: 'Revoke the presented token, immediately and everywhere.',
  auth: 'user-or-agent',
  action: null,
  audit: 'auth.revoke',
  status: 204,
})

export const refresh = endpoint({
  id: 'auth.refresh',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'There are no refresh tokens: always 400.',
  auth: 'public',
  action: null,
  audit: null,
  limit: 'public-auth',
  body: z.object({ refresh_token: text(4096).optional() }),
  bodyOptional: true,
  status: 204,
})

export const changePassword = endpoint({
  id: 'auth.change-password',
  method: 'POST',
  path: '/v1/auth/change-password',
  summary: "Change the caller's password. Every earlier token ends.",
  description: 'A signed-in person can; an API key cannot.',
  auth: 'user',
  action: null,
  audit: 'auth.change_password',
  problems: [403],
  limit: 'public-auth',
  body: z.object({ current_password: Password, new_password: Password }),
  status: 204,
})

export const jwtPublicKey = endpoint({
  id: 'auth.jwt-public-key',
  method: 'GET',
  path: '/v1/auth/jwt-public-key',
  summary: 'Get the public key that verifies 1claw tokens: 32 bytes of Ed25519, in base64.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ alg: z.string(), public_key_base64: z.string() }),
})

export const jwks = endpoint({
  id: 'auth.jwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary:
    'Get the public keys that verify 1claw tokens, as a JWK Set (RFC 7517, RFC 8037). After a rotation there are two for a day.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    keys: z.array(
      z.object({ kty: z.string(), crv: z.string(), x: z.string(), kid: z.string(), alg: z.string(), use: z.string() }),
    ),
  }),
})

/** The operations of this file, for the endpoint table. */
export const authEndpoints = [
  signup,
  token,
  agentToken,
  apiKeyToken,
  revokeToken,
  refresh,
  changePassword,
  jwtPublicKey,
  jwks,
] as const
