import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, TokenReply, text, Uuid } from './schema/fields.ts'

/** A token and its account: a browser has one session, and another tab could have started it. */
const SessionToken = TokenReply.extend({ user_id: Uuid, org_id: Uuid })

export const beginConsoleSession = endpoint({
  id: 'console-session.begin',
  method: 'POST',
  path: '/v1/auth/console-session',
  summary: 'Start a web console session, in a cookie that can only obtain new tokens.',
  description:
    'Requires the token of a sign-in from the last five minutes, not one from an API key, a device login or another console session. That token is revoked, and the response contains the first token of the session. The cookie is `HttpOnly` and `SameSite=Strict`, is sent to this path only, and is `Secure` if the server is reached over https. A session ends 12 hours after it was last used for a token, and after 7 days; with a change of password, a removal or a demotion; and when it is revoked. Tokens of a session end with it.',
  auth: 'user',
  action: null,
  audit: 'auth.session_begin',
  cookie: 'console-session',
  headers: [{ name: 'User-Agent', description: 'Shown in the list of sessions.', maxLength: 4096 }],
  status: 201,
  reply: SessionToken,
  problems: [403],
})

export const createConsoleLink = endpoint({
  id: 'console-session.link',
  method: 'POST',
  path: '/v1/auth/console-link',
  summary: 'Create a link that opens the web console signed in, for a person in a terminal.',
  description:
    'For the login of a person in a terminal; not for API keys and console sessions. The link works once, within ten minutes. The session it opens is part of the login: it ends when the login ends or is revoked, and is listed and revoked like every other.',
  auth: 'user',
  action: null,
  audit: 'auth.console_link',
  status: 201,
  reply: z.object({ url: z.url(), expires_at: Instant }),
  problems: [403],
})

export const openConsoleSession = endpoint({
  id: 'console-session.open',
  method: 'POST',
  path: '/v1/auth/console-session/open',
  summary: 'Start a console session with the code from a console link.',
  auth: 'public',
  action: null,
  audit: 'auth.session_begin',
  cookie: 'console-session',
  headers: [{ name: 'User-Agent', description: 'Shown in the list of sessions.', maxLength: 4096 }],
  body: z.object({ token: text(128, 1) }),
  status: 201,
  reply: SessionToken,
  problems: [403, 410],
})

export const consoleSessionStatus = endpoint({
  id: 'console-session.status',
  method: 'POST',
  path: '/v1/auth/console-session/standing',
  summary: 'Check whether the cookie belongs to an active console session.',
  description: 'Always 200, so that a page can check without causing an error.',
  auth: 'public',
  action: null,
  audit: null,
  cookie: 'console-session',
  status: 200,
  reply: z.object({ is_kept: z.boolean() }),
  problems: [403],
})

export const consoleSessionToken = endpoint({
  id: 'console-session.token',
  method: 'POST',
  path: '/v1/auth/console-session/token',
  summary: 'Get a new token for the console session of the cookie.',
  description:
    'Counts as a use of the session, which ends 12 hours after the last one. With `background=true` it does not: for automatic refreshes of a page that nobody is using.',
  auth: 'public',
  action: null,
  audit: null,
  cookie: 'console-session',
  query: z.object({ background: z.enum(['true', 'false']).optional() }),
  status: 200,
  reply: SessionToken,
  problems: [401, 403],
})

export const endConsoleSession = endpoint({
  id: 'console-session.end',
  method: 'DELETE',
  path: '/v1/auth/console-session',
  summary: 'End the console session of the cookie, and all its tokens.',
  description: 'Succeeds even if the session has already ended. Clears the cookie.',
  auth: 'public',
  action: null,
  audit: 'auth.session_end',
  cookie: 'console-session',
  status: 204,
  problems: [403],
})

export const listConsoleSessions = endpoint({
  id: 'console-session.list',
  method: 'GET',
  path: '/v1/auth/console-sessions',
  summary: "List the caller's console sessions, most recently used first.",
  auth: 'user',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    sessions: z.array(
      z.object({
        id: Uuid,
        /** Whether it is the session of the caller's token. */
        is_current: z.boolean(),
        user_agent: z.string(),
        /** The address of the last use. */
        ip_address: z.string(),
        created_at: Instant,
        last_used_at: Instant,
        expires_at: Instant,
      }),
    ),
  }),
  problems: [403],
})

export const revokeConsoleSession = endpoint({
  id: 'console-session.revoke',
  method: 'DELETE',
  path: '/v1/auth/console-sessions/{session_id}',
  summary: "End one of the caller's console sessions, and all its tokens.",
  auth: 'user',
  action: null,
  audit: 'auth.session_revoke',
  params: z.object({ session_id: Uuid }),
  status: 204,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const consoleSessionEndpoints = [
  beginConsoleSession,
  consoleSessionStatus,
  consoleSessionToken,
  createConsoleLink,
  endConsoleSession,
  listConsoleSessions,
  openConsoleSession,
  revokeConsoleSession,
] as const
