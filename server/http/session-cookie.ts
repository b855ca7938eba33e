import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Problem } from '../../src/problem.ts'
import { denied } from '../policy/denial.ts'

/** The cookie of a console session: the one that a request sends, and the changes in its reply. */
export interface SessionCookie {
  /** Undefined without a cookie, or with several: then somebody else has planted one of them. */
  readonly presented: string | undefined
  /** @param seconds after which the browser deletes it */
  set(value: string, seconds: number): void
  clear(): void
}

/** A page of another origin cannot add this header without a preflight (Fetch standard, §4.8), and no origin is ever allowed to. */
const CONSOLE_HEADER = 'x-1claw-console'

const VALUE = /^[\w-]{43}$/
const ENDPOINT = '/v1/auth/console-session'

/**
 * Cookies of the pages that are served at `publicUrl`, and only for those: browsers add cookies to every request that any page makes. They
 * are sent to one path only, and only by https if the pages use it. Servers on one host share cookies regardless of their ports, so the
 * port is in the name.
 * @throws Problem `policy.denied` for a request that cannot come from a page of this server.
 */
export function sessionCookies(publicUrl: () => string): (request: FastifyRequest, reply: FastifyReply) => SessionCookie {
  return (request, reply) => {
    ensureOwnPage(request, publicUrl())
    const { protocol, port } = new URL(publicUrl())
    const secure = protocol === 'https:' || request.protocol === 'https'
    const name = `${secure ? '__Secure-' : ''}1claw-console${port && `-${port}`}`
    const path = request.originalUrl.startsWith('/api/') ? `/api${ENDPOINT}` : ENDPOINT
    const attributes = `Path=${path}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
    return {
      presented: presentedIn(request.headers.cookie ?? '', name),
      set: (value, seconds) => void reply.header('set-cookie', `${name}=${value}; Max-Age=${seconds}; ${attributes}`),
      clear: () => void reply.header('set-cookie', `${name}=; Max-Age=0; ${attributes}`),
    }
  }
}

function presentedIn(header: string, name: string): string | undefined {
  const values = header
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${name}=`))
    .map(pair => pair.slice(name.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined
}

function ensureOwnPage({ headers, host }: FastifyRequest, publicUrl: string): void {
  if (headers[CONSOLE_HEADER] === undefined) throw foreign()
  const site = headers['sec-fetch-site']
  // Browsers send it to https and to loopback, and no page can change it.
  if (site !== undefined && site !== 'same-origin') throw foreign()
  if (site === undefined && !isOwn(headers.origin, host, publicUrl)) throw foreign()
}

function isOwn(origin: string | undefined, host: string, publicUrl: string): boolean {
  const from = URL.parse(origin ?? '')
  return from !== null && (from.host === host || from.origin === new URL(publicUrl).origin)
}

function foreign(): Problem {
  return denied('console-pages-only', 'Only the pages of the web console can do this.', { reason: 'cross_site' })
}
