import type { Auth } from '../../../src/client/auth.ts'
import type { Client } from '../../../src/client/client.ts'
import type { Contract } from '../../../src/contract/all.ts'
import { Problem } from '../../../src/problem.ts'
import { problemOf } from '../failure.ts'

type SessionToken = Contract['console-session.token']['reply']

/** A client of the API: with `auth` it calls as that principal, without it anonymously. `cookies`: it sends the session's cookie. */
export type Connect = (auth?: Auth, cookies?: 'cookies') => Client

interface Held {
  readonly header: string
  readonly renewAt: number
  /** Absent for a token without a session. */
  readonly whose?: string
  /** It was requested in the background, which does not extend the session: the next call of the person requests a new one, which does. */
  readonly unused?: true
}

type Use = 'used' | 'background'

/** The tokens of this document. They are in its memory only; a cookie that no script can read gets new ones. */
export interface SessionTokens {
  /** For calls of the signed-in person: gets a new token when a call needs one, never by a timer, so that an idle tab sends nothing. */
  readonly auth: Auth
  /** For automatic requests of a page: they do not extend the session. */
  readonly background: Auth
  /** Turns the token of a sign-in into a session of this browser. If that fails, the token itself is used until it expires. */
  begin(token: string, seconds: number): Promise<void>
  /** Starts a session with the link that a terminal has created. */
  open(link: string): Promise<void>
  /** Resumes the session of this browser; false without one. `found` is called as soon as a session is found. */
  restore(found?: () => void): Promise<boolean>
  /** Continues with the token for another organisation. */
  switchTo(orgId: string): Promise<void>
  /** Forgets the token at once, then has the server end the session. */
  end(): Promise<void>
}

const OWN_PAGE = { headers: { 'x-1claw-console': '1' } }
/** A token is renewed this long before it expires, so that none dies on the way. */
const EARLY_MS = 30_000

/**
 * @param lost called when the session has ended, or when this browser's session has become that of another person or organisation; the
 *   running call then fails, so nothing is done in the name of a person whom the page does not show
 */
export function sessionTokens(connect: Connect, lost: (why: 'ended' | 'changed') => void, now = Date.now): SessionTokens {
  let held: Held | undefined
  const renewals: { [U in Use]?: Promise<string> | undefined } = {}
  const browser = connect(undefined, 'cookies')

  const hold = (reply: { access_token: string; expires_in: number }, whose: string | undefined, use: Use = 'used'): string => {
    const lifetime = reply.expires_in * 1_000
    const header = `Bearer ${reply.access_token}`
    held = {
      header,
      renewAt: now() + Math.max(lifetime - EARLY_MS, lifetime / 2),
      ...(whose !== undefined && { whose }),
      ...(use === 'background' && { unused: true }),
    }
    return header
  }

  const keep = (reply: SessionToken, use?: Use) => hold(reply, `${reply.user_id} ${reply.org_id}`, use)

  async function renew(expected: string, use: Use): Promise<string> {
    const asked = use === 'background' ? { query: { background: 'true' } as const } : undefined
    const reply = await browser.call('console-session.token', asked, OWN_PAGE).catch(thrown => {
      if (problemOf(thrown).status === 401) lose('ended')
      throw thrown
    })
    if (`${reply.user_id} ${reply.org_id}` !== expected) {
      lose('changed')
      throw new Problem('auth.required', 'This browser is now signed in to another account or organisation.')
    }
    return keep(reply, use)
  }

  function lose(why: 'ended' | 'changed'): void {
    held = undefined
    lost(why)
  }

  const authFor = (use: Use): Auth => ({
    async authorize() {
      if (!held) throw new Problem('auth.required')
      if (now() < held.renewAt && (use === 'background' || !held.unused)) return held.header
      if (held.whose === undefined) {
        lose('ended')
        throw new Problem('auth.required')
      }
      renewals[use] ??= renew(held.whose, use).finally(() => {
        renewals[use] = undefined
      })
      return renewals[use]
    },
    refused(header) {
      if (held?.header !== header) return held !== undefined
      if (held.whose === undefined) lose('ended')
      else held = { ...held, renewAt: 0 }
      return held !== undefined
    },
  })
  const auth = authFor('used')

  return {
    auth,
    background: authFor('background'),

    async begin(token, seconds) {
      const signedIn = connect({ authorize: async () => `Bearer ${token}`, refused: () => false }, 'cookies')
      try {
        keep(await signedIn.call('console-session.begin', undefined, OWN_PAGE))
      } catch (thrown) {
        if (problemOf(thrown).status === 401) throw thrown
        hold({ access_token: token, expires_in: seconds }, undefined)
      }
    },

    async open(link) {
      keep(await browser.call('console-session.open', { body: { token: link } }, OWN_PAGE))
    },

    async restore(found) {
      try {
        // Checked first, because a browser without a session would otherwise log a failed request in its developer tools.
        if (!(await browser.call('console-session.status', undefined, OWN_PAGE)).is_kept) return false
        found?.()
        keep(await browser.call('console-session.token', undefined, OWN_PAGE))
        return true
      } catch (thrown) {
        if (problemOf(thrown).status === 401) return false
        throw thrown
      }
    },

    async switchTo(orgId) {
      const reply = await connect(auth).call('auth.switch-org', { body: { org_id: orgId } })
      const user = held?.whose?.split(' ', 1)[0]
      hold(reply, user && `${user} ${orgId}`)
    },

    async end() {
      const last = held
      held = undefined
      await browser.call('console-session.end', undefined, OWN_PAGE)
      if (!last || last.whose !== undefined) return
      const auth = { authorize: async () => last.header, refused: () => false }
      // 401: there was nothing left to revoke.
      await connect(auth)
        .call('auth.revoke')
        .catch(thrown => {
          if (problemOf(thrown).status !== 401) throw thrown
        })
    },
  }
}
