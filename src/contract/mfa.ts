import { z } from 'zod'
import { MailToken } from './auth.ts'
import { endpoint } from './schema/endpoint.ts'
import { Password, TokenReply, text } from './schema/fields.ts'

/** Six digits of an authenticator, or a recovery code. */
const Code = text(64, 1)

export const mfaStatus = endpoint({
  id: 'mfa.status',
  method: 'GET',
  path: '/v1/auth/mfa/status',
  summary: 'Get whether sign-in requires a second factor.',
  auth: 'user',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ enabled: z.boolean() }),
})

export const mfaSetup = endpoint({
  id: 'mfa.setup',
  method: 'POST',
  path: '/v1/auth/mfa/setup',
  summary: 'Start the setup of a second factor: create a secret for an authenticator (RFC 6238: SHA-1, 6 digits, 30 s).',
  description:
    'It becomes active when `verify-setup` receives one of its codes. Starting again replaces a secret that is not active. Requires a sign-in within the last 15 minutes.',
  auth: 'user',
  action: null,
  audit: 'auth.mfa_setup',
  status: 200,
  reply: z.object({ otpauth_uri: z.string(), secret: z.string() }),
  problems: [403, 409],
})

export const mfaVerifySetup = endpoint({
  id: 'mfa.verify-setup',
  method: 'POST',
  path: '/v1/auth/mfa/verify-setup',
  summary: 'Turn on the second factor with its first code.',
  description: 'The eight recovery codes are shown only once. Each works once instead of a code.',
  auth: 'user',
  action: null,
  audit: 'auth.mfa_enable',
  body: z.object({ code: Code }),
  status: 200,
  reply: z.object({ recovery_codes: z.array(z.string()) }),
  problems: [403],
})

export const mfaVerify = endpoint({
  id: 'mfa.verify',
  method: 'POST',
  path: '/v1/auth/mfa/verify',
  summary: 'Complete a sign-in with a second factor.',
  description: 'Takes a code of the authenticator or a recovery code. Both, and the `mfa_token`, work once.',
  auth: 'public',
  action: null,
  audit: 'auth.success',
  limit: 'public-auth',
  body: z.object({ mfa_token: text(128, 1), code: Code }),
  status: 200,
  reply: TokenReply,
})

export const mfaDisable = endpoint({
  id: 'mfa.disable',
  method: 'DELETE',
  path: '/v1/auth/mfa',
  summary: 'Turn off the second factor, with one of its codes or the password.',
  auth: 'user',
  action: null,
  audit: 'auth.mfa_disable',
  body: z.object({ code: Code.optional(), password: Password.optional() }),
  bodyOptional: true,
  status: 204,
  problems: [403],
})

export const mfaReset = endpoint({
  id: 'mfa.reset',
  method: 'POST',
  path: '/v1/auth/mfa/reset',
  summary: 'Consent, by a mailed link, to turning off a lost second factor.',
  description: 'Requires a request by an owner or admin of the organisation. All tokens and sessions of the person end.',
  auth: 'public',
  action: null,
  audit: 'auth.mfa_reset',
  limit: 'public-auth',
  body: z.object({ token: MailToken }),
  status: 204,
})

/** The operations of this file, for the endpoint table. */
export const mfaEndpoints = [mfaStatus, mfaSetup, mfaVerifySetup, mfaVerify, mfaDisable, mfaReset] as const
