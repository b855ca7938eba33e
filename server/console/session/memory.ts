import type { Client } from '../../../src/client/client.ts'
import { ROUTES } from '../../../src/client/routes.ts'

/**
 * The replies of the server to these pages. A page that is opened again shows its last replies at once, and updates when the new ones have
 * arrived. Kept while a person is signed in to one organisation in this tab; replies with a value or a key are never kept.
 */
export interface Memory {
  /** Calls the server, and keeps the replies. */
  keeping(client: Client): Client
  /** The result of `load` from kept replies only. Throws `NotKept` if one of them is missing, even if `load` catches that. */
  recall<T>(load: (client: Client) => Promise<T>): Promise<T>
}

/** There is no kept reply to this request. */
export class NotKept extends Error {}

/** The kept replies, least recently used first. */
const MOST = 60

type Call = (id: keyof typeof ROUTES, input?: { readonly params?: object; readonly query?: object }) => Promise<unknown>

/** @param holdsSecrets the operations whose replies are not kept */
export function memory(base: Client, holdsSecrets: ReadonlySet<string> = HOLD_SECRETS): Memory {
  const kept = new Map<string, unknown>()
  const keyOf = (id: string, input: Parameters<Call>[1]) => JSON.stringify([id, input?.params, input?.query])
  const isKept = (id: keyof typeof ROUTES) => ROUTES[id][0] === 'GET' && !holdsSecrets.has(id)

  function keep(key: string, reply: unknown): void {
    kept.delete(key)
    kept.set(key, reply)
    const [oldest] = kept.keys()
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
  }

  return {
    keeping(client) {
      const call = client.call as Call
      const asking: Call = async (id, input, ...rest) => {
        const reply = await call(id, input, ...(rest as []))
        if (isKept(id)) keep(keyOf(id, input), reply)
        // A change can affect any reply.
        else if (ROUTES[id][0] !== 'GET') kept.clear()
        return reply
      }
      return { ...client, call: asking as Client['call'] }
    },
    async recall(load) {
      let missing: NotKept | undefined
      const call: Call = async (id, input) => {
        const key = keyOf(id, input)
        if (kept.has(key)) return kept.get(key)
        missing = new NotKept(id)
        throw missing
      }
      const found = await load({ ...base, call: call as Client['call'] })
      if (missing) throw missing
      return found
    },
  }
}

/** Requests by GET whose replies contain a value, a key or a link that opens something. */
export const HOLD_SECRETS: ReadonlySet<string> = new Set([
  'secrets.get',
  'secrets.version',
  'shares.open',
  'account.export',
  'org.invitation',
])
