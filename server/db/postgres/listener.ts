import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { clientConfig } from './client.ts'
import { postgresFailure } from './failures.ts'

const CHANNEL = 'oneclaw_changed'

/** A silently broken connection is noticed at the latest after both together. */
const BEAT_MS = 5000
const BEAT_LIMIT_MS = 3000

const RETRY_FIRST_MS = 100
const RETRY_MAX_MS = 5000

export interface Listener {
  /** Notifies the other processes of the topics when the transaction of `client` commits. */
  notify(client: pg.ClientBase, topics: ReadonlySet<string>): Promise<void>
  close(): Promise<void>
}

/**
 * The connection that receives the changes of other processes. PostgreSQL keeps no notification for an absent listener, so when the
 * connection is lost, and again when it is back, `deliver` gets `*`: drop everything. Notifications of this process are ignored, because
 * they were delivered at the commit.
 * @throws Problem when the first connection fails; later ones are retried until `close`
 */
export async function openListener(url: string, deliver: (topic: string) => void): Promise<Listener> {
  const self = randomUUID()
  const closing = new AbortController()
  let client = await listen()
  const watching = watch()

  async function listen(): Promise<pg.Client> {
    const made = new pg.Client({ ...clientConfig(url), query_timeout: BEAT_LIMIT_MS })
    made.on('error', () => {})
    made.on('notification', ({ payload = '' }) => {
      const [sender, topic] = split(payload)
      if (sender !== self) deliver(topic)
    })
    try {
      await made.connect()
      await made.query(`LISTEN ${CHANNEL}`)
      return made
    } catch (error) {
      void made.end().catch(() => {})
      throw postgresFailure(error)
    }
  }

  async function watch(): Promise<void> {
    while (!closing.signal.aborted) {
      await lost(client)
      void client.end().catch(() => {})
      await reconnect()
    }
  }

  /** Resolves when the connection has ended, no longer answers, or must be closed. */
  async function lost(current: pg.Client): Promise<void> {
    const ended = new AbortController()
    const over = AbortSignal.any([ended.signal, closing.signal])
    current.once('end', () => ended.abort())
    try {
      for (;;) {
        await pause(BEAT_MS, undefined, { signal: over, ref: false })
        await current.query('SELECT 1')
      }
    } catch {}
  }

  async function reconnect(): Promise<void> {
    for (let wait = RETRY_FIRST_MS; !closing.signal.aborted; wait = Math.min(2 * wait, RETRY_MAX_MS)) {
      deliver('*')
      try {
        client = await listen()
        deliver('*')
        return
      } catch {
        await pause(wait * (0.5 + Math.random()), undefined, { signal: closing.signal, ref: false }).catch(() => {})
      }
    }
  }

  return {
    async notify(sender, topics) {
      if (topics.size === 0) return
      const payloads = [...topics].map(topic => `${self} ${topic}`)
      try {
        await sender.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [CHANNEL, payloads])
      } catch (error) {
        throw postgresFailure(error)
      }
    },
    async close() {
      closing.abort()
      await watching
    },
  }
}

function split(payload: string): [sender: string, topic: string] {
  const space = payload.indexOf(' ')
  return [payload.slice(0, space), payload.slice(space + 1)]
}
