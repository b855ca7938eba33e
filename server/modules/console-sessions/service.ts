import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import { linkTokenHash, newLinkToken } from '../../credentials/link-token.ts'
import { type Sessions, type TokenReply, TTL } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { signedInPerson } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { type ConsoleSessionRow, type ConsoleSessionStore, IDLE_MS, LONGEST_MS } from '../../stores/console-sessions.ts'
import type { AuthStore } from '../../stores/sign-in.ts'

interface SessionStores {
  accounts: AccountStore
  auth: AuthStore
  audit: AuditStore
  consoleSessions: ConsoleSessionStore
}

export interface ConsoleSessionsDeps {
  readonly database: Database<SessionStores>
  readonly sessions: Sessions
  readonly clock: () => number
}

export type ConsoleSessions = ReturnType<typeof consoleSessions>

export interface SessionToken extends TokenReply {
  readonly user_id: string
  readonly org_id: string
}

/** A session that has started. */
export interface KeptSignIn {
  readonly reply: SessionToken
  /** For the cookie. */
  readonly token: string
}

/** A session can be started this long after its sign-in. */
const FRESH_MS = 5 * 60_000
/** A link to the console is valid for this long, but no longer than its login, and once. */
const LINK_MS = 10 * 60_000
/** The maximum number of sessions of one person; a new one replaces the least recently used. */
const MAX_SESSIONS = 20

/** The number of seconds after which a browser can delete the cookie. */
export const COOKIE_SECONDS = IDLE_MS / 1000

/** Sign-ins that a browser keeps in a cookie, which can only be used to get new tokens. */
export function consoleSessions({ database, sessions, clock }: ConsoleSessionsDeps) {
  const withoutSignIn = new Set<string>()

  async function isKept(presented: string | undefined): Promise<boolean> {
    if (presented === undefined) return false
    return database.read(({ consoleSessions: store }) => store.isKnown(linkTokenHash(presented)))
  }

  /**
   * Opens the console for the login of a terminal; the session ends with that login.
   * @param replaced the cookie that the browser had before
   * @throws Problem `resource.gone`, the same for a used, expired or unknown link and for a login that has ended
   */
  async function open(link: string, { ip }: Visitor, userAgent: string, replaced: string | undefined): Promise<KeptSignIn> {
    const now = clock()
    const { token, hash } = newLinkToken()
    const id = randomUUID()
    const row = await database.run(async stores => {
      const taken = await stores.consoleSessions.takeLink(linkTokenHash(link), now)
      const member = taken && (await stores.accounts.member(taken.user_id, taken.org_id))
      if (!taken || member?.token_generation !== taken.generation || (await stores.auth.isRevoked(taken.login_jti)))
        return undefined
      const { user_id, org_id, generation, login_jti, login_ends_at: ends_at } = taken
      const place = { user_id, org_id, user_agent: userAgent, ip_address: ip }
      const session = { id, token_hash: hash, generation, ...place, login_jti, ends_at, created_at: now, last_used_at: now }
      await add(stores, session, replaced)
      return session
    })
    if (!row)
      throw new Problem(
        'resource.gone',
        'This link has been used, has expired, or its login has ended. Run 1claw console for a new one.',
      )
    return { reply: await tokenOf(row, now), token }
  }

  /** Adds the session in place of the browser's old one; if there are too many, the least recently used is removed. */
  async function add({ audit, consoleSessions: store }: SessionStores, row: ConsoleSessionRow, replaced: string | undefined) {
    if (replaced !== undefined) await store.endByHash(linkTokenHash(replaced))
    for (const { id } of (await store.ofUser(row.user_id, row.created_at)).slice(MAX_SESSIONS - 1))
      await store.end(id, row.user_id)
    await store.add(row)
    const who = { type: 'user', id: row.user_id, orgId: row.org_id } as const
    await audit.append([authEvent('auth.session_begin', who, row.ip_address, { session_id: row.id })], row.created_at)
  }

  /** A terminal's login opens the console but is not a sign-in to it: it must not create logins of other terminals. */
  function signInOf({ user_id, login_jti, created_at }: ConsoleSessionRow, until: number) {
    if (login_jti === null) return { signedInAt: created_at }
    return withoutSignIn.has(user_id) ? { signedInAt: until } : ({ via: 'device' } as const)
  }

  /** No token outlives its session. */
  async function tokenOf(row: ConsoleSessionRow, now: number): Promise<SessionToken> {
    const { id, user_id, org_id, generation } = row
    const ttl = Math.max(1, Math.min(TTL.user, Math.floor((endOf(row) - now) / 1000)))
    const how = signInOf(row, now + ttl * 1000)
    const reply = await sessions.forUser({ userId: user_id, orgId: org_id, generation, sessionId: id, ...how, ttl })
    return { ...reply, user_id, org_id }
  }

  return {
    open,

    /** For an account that nobody can sign in to: its sessions count as recent sign-ins for as long as this process runs. */
    needsNoSignIn: (userId: string) => void withoutSignIn.add(userId),

    /** @throws Problem `policy.denied` for anything but a person's login: API keys, and sessions of the console itself */
    async link(actor: UserActor, { ip }: Visitor): Promise<{ token: string; expiresAt: number }> {
      signedInPerson(actor)
      const { token: login } = actor
      if (!login || actor.sessionId !== undefined)
        throw denied('terminal-login', 'Only the login of a terminal can open the console.')
      const now = clock()
      const { token, hash } = newLinkToken()
      const { jti: login_jti, generation } = login
      const loginEndsAt = login.exp * 1000
      const expiresAt = Math.min(now + LINK_MS, loginEndsAt)
      const whose = { user_id: actor.id, org_id: actor.orgId, generation, login_jti, login_ends_at: loginEndsAt }
      await database.run(async ({ audit, consoleSessions: store }) => {
        await store.addLink({ token_hash: hash, ...whose, expires_at: expiresAt })
        await audit.append([authEvent('auth.console_link', actor, ip)], now)
      })
      return { token, expiresAt }
    },

    /**
     * Turns the token of a recent sign-in into a session. The token is used up: a copy of it gives no session, and no session creates
     * another.
     * @param replaced the cookie that the browser had before
     */
    async begin(actor: UserActor, { ip }: Visitor, userAgent: string, replaced: string | undefined): Promise<KeptSignIn> {
      const { token: presented } = actor
      const now = clock()
      const isOwn = presented && presented.via === undefined && actor.sessionId === undefined
      if (!isOwn || (presented.signedInAt ?? 0) * 1000 <= now - FRESH_MS) {
        throw denied('recent-sign-in', 'Only a sign-in of the last five minutes can be kept; sign in again.')
      }
      const { token, hash } = newLinkToken()
      const { generation } = presented
      const id = randomUUID()
      await database.run(async stores => {
        const member = await stores.accounts.member(actor.id, actor.orgId)
        const isFirst = await stores.auth.revoke(presented.jti, presented.exp * 1000)
        if (member?.token_generation !== generation || !isFirst) throw ended()
        const place = { user_id: actor.id, org_id: actor.orgId, user_agent: userAgent, ip_address: ip }
        const until = { login_jti: null, ends_at: null }
        await add(stores, { id, token_hash: hash, generation, ...place, ...until, created_at: now, last_used_at: now }, replaced)
      })
      const reply = await sessions.forUser({ userId: actor.id, orgId: actor.orgId, generation, sessionId: id, signedInAt: now })
      return { reply: { ...reply, user_id: actor.id, org_id: actor.orgId }, token }
    },

    /** Whether the cookie is known; `token` decides whether its session can still get a token. */
    isKept,

    /**
     * @param use `background`: a page polls by itself, so the session ends as if it were unused
     * @throws Problem `auth.required`, the same for every reason why the session has ended
     */
    async token(presented: string | undefined, { ip }: Visitor, use: 'used' | 'background' = 'used'): Promise<SessionToken> {
      const now = clock()
      // A caller without a session is refused without waiting for the database's writer.
      if (presented === undefined || !(await isKept(presented))) throw ended()
      const hash = linkTokenHash(presented)
      const session = await database.run(async ({ accounts, consoleSessions: store }) => {
        const row = await (use === 'used' ? store.use(hash, now, ip) : store.unused(hash, now))
        const member = row && (await accounts.member(row.user_id, row.org_id))
        return member?.token_generation === row?.generation ? row : undefined
      })
      if (!session) throw ended()
      return tokenOf(session, now)
    },

    async end(presented: string | undefined, { ip }: Visitor): Promise<void> {
      if (presented === undefined) return
      await database.run(async ({ audit, consoleSessions: store }) => {
        const row = await store.endByHash(linkTokenHash(presented))
        if (!row) return
        const who = { type: 'user', id: row.user_id, orgId: row.org_id } as const
        await audit.append([authEvent('auth.session_end', who, ip, { session_id: row.id })], clock())
      })
    },

    async list(actor: UserActor) {
      signedInPerson(actor)
      const rows = await database.read(({ consoleSessions: store }) => store.ofUser(actor.id, clock()))
      return rows.map(row => sessionBody(row, actor.sessionId))
    },

    async revoke(actor: UserActor, id: string, { ip }: Visitor): Promise<void> {
      signedInPerson(actor)
      await database.run(async ({ audit, consoleSessions: store }) => {
        if (!(await store.end(id, actor.id))) throw new Problem('resource.unknown', 'You have no session with this id.')
        await audit.append([authEvent('auth.session_revoke', actor, ip, { session_id: id })], clock())
      })
    },
  }
}

function sessionBody(row: ConsoleSessionRow, current: string | undefined) {
  const instant = (at: number) => new Date(at).toISOString()
  return {
    id: row.id,
    is_current: row.id === current,
    user_agent: row.user_agent,
    ip_address: row.ip_address,
    created_at: instant(row.created_at),
    last_used_at: instant(row.last_used_at),
    expires_at: instant(endOf(row)),
  }
}

/** When a session ends if it is not used again. */
function endOf({ created_at, last_used_at, ends_at }: ConsoleSessionRow): number {
  return Math.min(last_used_at + IDLE_MS, created_at + LONGEST_MS, ends_at ?? Infinity)
}

function ended(): Problem {
  return new Problem('auth.required', 'The session has ended; sign in again.')
}
