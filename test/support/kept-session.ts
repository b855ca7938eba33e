import { ok, type Reply, type TestUser, type World } from './world.ts'

/** The headers that the console's own pages send. */
export const OWN_PAGE = { 'x-1claw-console': '1', 'sec-fetch-site': 'same-origin' } as const

export interface KeptSession {
  readonly user: TestUser
  /** The session's first token. */
  readonly token: string
  /** In the form in which a browser sends it back. */
  readonly cookie: string
}

/** A console session of a new person, or of the given one. */
export async function keptSession(world: World, user?: TestUser): Promise<KeptSession> {
  const person = user ?? (await world.signUp())
  const reply = await ok(world.call('POST', '/v1/auth/console-session', { token: person.token, headers: OWN_PAGE }))
  return { user: person, token: reply.body.access_token, cookie: cookieOf(reply) }
}

/** `name=value` of the cookie that a reply sets. */
export function cookieOf({ headers }: Reply): string {
  return String(headers['set-cookie']).split(';', 1)[0] ?? ''
}

/** Asks for a token with the cookie. */
export function renew(world: World, cookie: string, headers: Record<string, string> = OWN_PAGE): Promise<Reply> {
  return world.call('POST', '/v1/auth/console-session/token', { headers: { ...headers, cookie } })
}

/** The id of a token's session. */
export async function sessionOf(world: World, token: string): Promise<string> {
  const { body } = await ok(world.call('GET', '/v1/auth/console-sessions', { token }))
  return body.sessions.find((each: { is_current: boolean }) => each.is_current).id
}
