import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CallOptions, Reply, World } from './world.ts'

/** Sends a request whose target is not normalised, as `inject` would do. */
export type RawCall = (method: string, target: string, options?: Omit<CallOptions, 'ip'>) => Promise<Reply>

/** Opens a port of a world's server, which closes with the world. */
export async function listening(world: Pick<World, 'server'>): Promise<{ call: RawCall; port: number }> {
  const { app } = world.server
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const call: RawCall = (method, target, { token, body, headers = {} } = {}) =>
    new Promise((resolve, reject) => {
      const sent = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
      const outgoing = request({
        host: '127.0.0.1',
        port,
        method,
        path: target,
        agent: false,
        headers: {
          accept: 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(sent && { 'content-type': 'application/json', 'content-length': sent.length }),
          ...headers,
        },
      })
      outgoing.on('error', reject).on('response', incoming => {
        const chunks: Buffer[] = []
        incoming
          .on('data', chunk => chunks.push(chunk))
          .on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const isJson = String(incoming.headers['content-type']).includes('json') && text !== ''
            resolve({ status: incoming.statusCode ?? 0, body: isJson ? JSON.parse(text) : text, headers: incoming.headers })
          })
      })
      outgoing.end(sent)
    })
  return { call, port }
}
