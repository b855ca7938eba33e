import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Draining } from '../http/draining.ts'
import { listen, portOf } from './listening.ts'

/** A server that can answer at the address: the open one or the sealed one. */
export interface ServerInstance {
  readonly app: FastifyInstance
  readonly draining: Draining
  /** Told, before it answers, under which address people reach it. */
  reachableAt(url: string): void
  close(): Promise<void>
}

/** Servers that answer at one address, one after the other. */
export interface SwitchableServer {
  readonly url: string
  readonly current: ServerInstance
  /**
   * Puts another server at the address. What the one before has under way is still answered. Resolves when the next one listens; when it
   * cannot, everything is closed, `lost` rejects, and so does this.
   */
  next(turn: ServerInstance): Promise<void>
  /** Resolves when servers before the current one have closed everything. */
  left(): Promise<void>
  /** Never resolves; rejects when nothing answers at the address any more. */
  readonly lost: Promise<never>
  close(): Promise<void>
}

/** Another process can hold the address for a moment. */
const WAIT_MS = 5000
const TRY_EVERY_MS = 50

type Place = Pick<Config, 'host' | 'port' | 'tls' | 'publicUrl'>

/** Listens with the first server. The address stays the same from then on, also where the settings left the port open. */
export async function switchableServer(first: ServerInstance, config: Place): Promise<SwitchableServer> {
  const url = await listen(first.app, config)
  const place = { ...config, port: portOf(first.app) }
  const reachable = config.publicUrl ?? url
  first.reachableAt(reachable)
  let current = first
  let isClosed = false
  let leaving: Promise<void> = Promise.resolve()
  const lost = Promise.withResolvers<never>()
  // Anyone who does not wait for it is told by `next`.
  lost.promise.catch(() => {})

  async function listenSoon(turn: ServerInstance): Promise<void> {
    const until = performance.now() + WAIT_MS
    for (;;) {
      try {
        await listen(turn.app, place)
        return
      } catch (error) {
        if (performance.now() > until) throw error
        await setTimeout(TRY_EVERY_MS)
      }
    }
  }

  return {
    url,
    get current() {
      return current
    },
    async next(turn) {
      const before = current
      const { server } = before.app
      before.draining.begin()
      // Of every address of a name such as localhost; what is under way goes on.
      server.unref()
      server.close()
      turn.reachableAt(reachable)
      try {
        if (isClosed) throw new Error('The server received a signal to stop.')
        await listenSoon(turn)
      } catch (error) {
        await turn.close()
        lost.reject(error)
        throw error
      }
      current = turn
      leaving = before.close().catch(error => before.app.log.error({ err: error }, 'A part of the server did not close.'))
    },
    left: () => leaving,
    lost: lost.promise,
    async close() {
      isClosed = true
      await current.close()
      await leaving
    },
  }
}
