import type { Call } from './call.ts'

/** The source of a client's `Authorization` header. */
export interface Auth {
  /** The header's value. `call` reaches the same server without credentials. */
  authorize(call: Call): Promise<string>
  /** The server answered 401 to this header. True if another `authorize` could give a better one. */
  refused(header: string): boolean
}

/** A token that is used unchanged until it expires. */
export function bearer(token: string): Auth {
  return { authorize: async () => `Bearer ${token}`, refused: () => false }
}

/** A personal key (`1ck_…`), or an agent's key (`ocv_…`) with or without the agent's id. */
export type Key =
  | { readonly kind: 'user'; readonly apiKey: string }
  | { readonly kind: 'agent'; readonly apiKey: string; readonly agentId?: string | undefined }

/** A token is renewed this long before it expires, so it does not expire on the way. */
const EARLY_MS = 30_000

/** A token and its lifetime in seconds. */
export interface NewToken {
  readonly access_token: string
  readonly expires_in: number
}

/** The token of an earlier exchange. */
export interface HeldToken {
  readonly token: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/**
 * Sends short-lived tokens that `obtain` returns: one exchange for all calls in flight, a new one shortly before the token expires, and one
 * more if the server refuses a token early (it was revoked, or the server's key changed).
 */
export function tokenExchange(
  obtain: (call: Call) => Promise<NewToken>,
  { now = Date.now, held }: { readonly now?: (() => number) | undefined; readonly held?: HeldToken | undefined } = {},
): Auth {
  let current = held && { header: `Bearer ${held.token}`, renewAt: held.expiresAt - EARLY_MS }
  let exchange: Promise<string> | undefined

  async function renew(call: Call): Promise<string> {
    const { access_token, expires_in } = await obtain(call)
    const lifetime = expires_in * 1000
    current = { header: `Bearer ${access_token}`, renewAt: now() + Math.max(lifetime - EARLY_MS, lifetime / 2) }
    return current.header
  }

  return {
    async authorize(call) {
      if (current && now() < current.renewAt) return current.header
      exchange ??= renew(call).finally(() => {
        exchange = undefined
      })
      return exchange
    },
    refused(header) {
      // A parallel call could have renewed it already; then the new header is tried before another exchange.
      if (current?.header === header) current = undefined
      return true
    },
  }
}

/** Exchanges a key for short-lived tokens, as `tokenExchange` does. */
export function keyExchange(key: Key, now: () => number = Date.now): Auth {
  return tokenExchange(call => exchanged(key, call), { now })
}

/**
 * Sends the key itself, which our server accepts as a bearer token: this avoids an exchange, whose endpoint accepts one request a second.
 * If a server refuses it, the tokens of `keyExchange` are used from then on. For programs that make a call or two and end.
 */
export function presentedKey(key: Key, now: () => number = Date.now): Auth {
  const itself = `Bearer ${key.apiKey}`
  const exchange = keyExchange(key, now)
  let accepted = true
  return {
    authorize: async call => (accepted ? itself : exchange.authorize(call)),
    refused(header) {
      if (header !== itself) return exchange.refused(header)
      accepted = false
      return true
    },
  }
}

function exchanged(key: Key, call: Call) {
  if (key.kind === 'user') return call('auth.api-key-token', { body: { api_key: key.apiKey } })
  const agent = key.agentId === undefined ? {} : { agent_id: key.agentId }
  return call('auth.agent-token', { body: { api_key: key.apiKey, ...agent } })
}
