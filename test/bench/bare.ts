/** The yardstick: one fastify route that does nothing but answer, with a compiled serializer like every route of ours. */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'

const app = fastify()
const reply = { type: 'object', properties: { hello: { type: 'string' } } }
app.get('/', { schema: { response: { 200: reply } } }, async () => ({ hello: 'world' }))
await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${(app.server.address() as AddressInfo).port}\n`)
