import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'

/** Stops a server without losing a request. */
export interface Draining {
  readonly begun: boolean
  /** From now on every reply closes its connection. Requests are still accepted. */
  begin(): void
  /** Accepts no more connections, closes idle ones, and cuts off the rest after `limitMs`. */
  end(limitMs: number): Promise<void>
}

const LOOK_EVERY_MS = 50

/** Call this before adding the routes. */
export function draining(app: FastifyInstance): Draining {
  /** Open connections, and the number of pending replies of each. A reply is pending until the system has its last byte. */
  const owed = new Map<Socket, number>()
  const { server } = app
  let begun = false

  // Of a TLS connection, not the TCP connection around it: that one has no pending replies, so it would look idle and be closed during a
  // reply.
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', track)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    owed.set(socket, (owed.get(socket) ?? 0) + 1)
    if (begun) response.setHeader('connection', 'close')
    response.once('close', () => {
      if (owed.has(socket)) owed.set(socket, (owed.get(socket) ?? 1) - 1)
    })
  })
  // For a reply that was in flight when draining started.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (begun) reply.header('connection', 'close')
    done()
  })

  function track(socket: Socket): void {
    owed.set(socket, 0)
    socket.once('close', () => owed.delete(socket))
  }

  function closeIdle(): void {
    for (const [socket, answers] of owed) if (answers === 0 && socket.writableLength === 0) socket.destroySoon()
  }
  // Node's own check treats a connection as idle while a slow client still reads the last reply.
  ;(server as Server).closeIdleConnections = closeIdle

  return {
    get begun() {
      return begun
    },
    begin() {
      begun = true
    },
    async end(limitMs) {
      begun = true
      const looking = setInterval(closeIdle, LOOK_EVERY_MS)
      const limit = setTimeout(() => {
        for (const socket of owed.keys()) socket.destroy()
      }, limitMs)
      try {
        await app.close()
      } finally {
        clearInterval(looking)
        clearTimeout(limit)
      }
    },
  }
}
