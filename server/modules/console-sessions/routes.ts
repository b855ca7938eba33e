import {
  beginConsoleSession,
  consoleSessionStatus,
  consoleSessionToken,
  createConsoleLink,
  endConsoleSession,
  listConsoleSessions,
  openConsoleSession,
  revokeConsoleSession,
} from '../../../src/contract/console-sessions.ts'
import type { Mount } from '../../http/mount.ts'
import { COOKIE_SECONDS, type ConsoleSessions } from './service.ts'

export function consoleSessionRoutes(mount: Mount, sessions: ConsoleSessions, publicUrl: () => string): void {
  mount(createConsoleLink, async ({ actor, visitor }) => {
    const { token, expiresAt } = await sessions.link(actor, visitor)
    // The code is in the fragment, which is never sent to a server or in a Referer.
    return { url: `${publicUrl()}/open#${token}`, expires_at: new Date(expiresAt).toISOString() }
  })

  mount(openConsoleSession, async ({ body, visitor, header, cookie }) => {
    const { reply, token } = await sessions.open(
      body.token,
      visitor,
      (header('User-Agent') ?? '').slice(0, 255),
      cookie.presented,
    )
    cookie.set(token, COOKIE_SECONDS)
    return reply
  })

  mount(beginConsoleSession, async ({ actor, visitor, header, cookie }) => {
    const { reply, token } = await sessions.begin(actor, visitor, (header('User-Agent') ?? '').slice(0, 255), cookie.presented)
    cookie.set(token, COOKIE_SECONDS)
    return reply
  })

  mount(consoleSessionStatus, async ({ cookie }) => ({ is_kept: await sessions.isKept(cookie.presented) }))

  mount(consoleSessionToken, async ({ visitor, cookie, query }) => {
    const { presented } = cookie
    if (query.background === 'true') return sessions.token(presented, visitor, 'background')
    const reply = await sessions.token(presented, visitor)
    if (presented !== undefined) cookie.set(presented, COOKIE_SECONDS)
    return reply
  })

  mount(endConsoleSession, async ({ visitor, cookie }) => {
    await sessions.end(cookie.presented, visitor)
    cookie.clear()
    return undefined
  })

  mount(listConsoleSessions, async ({ actor }) => ({ sessions: await sessions.list(actor) }))

  mount(revokeConsoleSession, async ({ actor, params, visitor }) => {
    await sessions.revoke(actor, params.session_id, visitor)
    return undefined
  })
}
