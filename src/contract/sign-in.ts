import { z } from 'zod'
import { MailToken, SignInReply } from './auth.ts'
import { endpoint } from './schema/endpoint.ts'
import { Email, Password, TokenReply, text, Uuid } from './schema/fields.ts'

export const signInOptions = endpoint({
  id: 'auth.options',
  method: 'GET',
  path: '/v1/auth/options',
  summary: 'Get the ways to sign up and sign in on this server.',
  description: '`oidc` is present if an issuer is configured and can be reached.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    signup: z.enum(['open', 'invite', 'closed']),
    email_verification: z.boolean(),
    oidc: z.object({ issuer: z.string(), client_id: z.string(), authorization_endpoint: z.string() }).optional(),
  }),
})

export const google = endpoint({
  id: 'auth.google',
  method: 'POST',
  path: '/v1/auth/google',
  summary: 'Exchange an ID token of the configured OIDC issuer for a token.',
  description:
    'The token must be signed with RS256 by a key of the issuer, be for the configured client id, not have expired and state that the e-mail address is verified. If `nonce` is given, the token must contain it and then works only once. An account with a second factor must also provide it. The first sign-in creates an account, or links to the account with the same address if that address was confirmed here too. From then on, another subject of the issuer with this address is refused.',
  auth: 'public',
  action: null,
  audit: 'auth.success',
  limit: 'public-auth',
  body: z.object({ id_token: text(16_384, 1), nonce: text(256, 1).optional() }),
  status: 200,
  reply: SignInReply,
  problems: [403, 503],
})

export const verifyEmail = endpoint({
  id: 'auth.verify-email',
  method: 'POST',
  path: '/v1/auth/verify-email',
  summary: 'Confirm an e-mail address with the token from the e-mail, and create the account.',
  auth: 'public',
  action: null,
  audit: 'auth.signup',
  limit: 'public-auth',
  body: z.object({ token: MailToken }),
  status: 200,
  reply: TokenReply,
})

export const forgotPassword = endpoint({
  id: 'auth.forgot-password',
  method: 'POST',
  path: '/v1/auth/forgot-password',
  summary: 'Send an e-mail with a link to set a new password.',
  description: 'The response and its timing are the same whether or not the account exists. Limit: five e-mails in 15 minutes.',
  auth: 'public',
  action: null,
  audit: 'auth.forgot_password',
  limit: 'public-auth',
  body: z.object({ email: Email }),
  status: 200,
  reply: z.object({ message: z.string() }),
})

export const resetPassword = endpoint({
  id: 'auth.reset-password',
  method: 'POST',
  path: '/v1/auth/reset-password',
  summary: 'Set a new password with the token from the e-mail. Every earlier token ends.',
  description: 'The link works once and expires after one hour.',
  auth: 'public',
  action: null,
  audit: 'auth.reset_password',
  limit: 'public-auth',
  body: z.object({ token: MailToken, new_password: Password }),
  status: 200,
  reply: z.object({ message: z.string() }),
})

export const switchOrg = endpoint({
  id: 'auth.switch-org',
  method: 'POST',
  path: '/v1/auth/switch-org',
  summary: "Exchange the caller's token for one in another of its organisations.",
  description:
    'The new token expires when the presented one would. Requires a signed-in person: an API key belongs to one organisation.',
  auth: 'user',
  action: null,
  audit: 'auth.switch_org',
  body: z.object({ org_id: Uuid }),
  status: 200,
  reply: TokenReply,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const signInEndpoints = [signInOptions, google, verifyEmail, forgotPassword, resetPassword, switchOrg] as const
