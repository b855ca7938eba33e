import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Draining } from '../http/draining.ts'
import { listen, portOf } from './listening.ts'

/** A server that can answer at the address: the open one or the sealed one. */
export interface ServerInstance {
  readonly app: FastifyInstance
  readonly draining: Draining
  /** Called with its public address before it answers. */
  reachableAt(url: string): void
  close(): Promise<void>
}

/** Servers that answer at one address, one after the other. */
export interface SwitchableServer {
  readonly url: string
  readonly current: ServerInstance
  /**
   * Puts another server at the address. The previous one still answers its open requests. Resolves when the next one listens; if it cannot,
   * this closes everything, and both this and `lost` reject.
   */
  next(turn: ServerInstance): Promise<void>
  /** Resolves when servers before the current one have closed everything. */
  left(): Promise<void>
  /** Never resolves; rejects when nothing answers at the address any more. */
  readonly lost: Promise<never>
  close(): Promise<void>
}

/** How long to retry while another process still holds the address. */
const WAIT_MS = 5000
const TRY_EVERY_MS = 50

type Place = Pick<Config, 'host' | 'port' | 'tls' | 'publicUrl'>

/** Listens with the first server. The later ones keep its address, even if the settings let the system choose the port. */
export async function switchableServer(first: ServerInstance, config: Place): Promise<SwitchableServer> {
  const url = await listen(first.app, config)
  const place = { ...config, port: portOf(first.app) }
  const reachable = config.publicUrl ?? url
  first.reachableAt(reachable)
  let current = first
  let isClosed = false
  let leaving: Promise<void> = Promise.resolve()
  const lost = Promise.withResolvers<never>()
  // Callers that do not await `lost` get the error from `next`.
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
      // Closes the port for all addresses of a name such as localhost; open requests continue.
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
