import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:tls'
import fastify from 'fastify'
import { expect, it } from 'vitest'
import { draining } from '../../../../server/http/draining.ts'
import { certificateFolder } from '../../../support/certificates.ts'

it('running requests are answered over TLS, too, while idle connections are closed', async () => {
  const certificates = await certificateFolder()
  try {
    const { cert, key } = await certificates.selfSigned('localhost')
    const app = fastify({ https: { cert: await readFile(cert), key: await readFile(key) }, return503OnClosing: false })
    const drain = draining(app as never)
    const answer = Promise.withResolvers<string>()
    const asked = Promise.withResolvers<void>()
    app.get('/slow', () => {
      asked.resolve()
      return answer.promise
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const at = { host: '127.0.0.1', port: (app.server.address() as AddressInfo).port, rejectUnauthorized: false }
    const idle = connect(at)
    await once(idle, 'secureConnect')
    const replied = once(request({ ...at, path: '/slow', agent: false }).end(), 'response')
    replied.catch(() => {})
    await asked.promise
    const ended = drain.end(20_000)
    await once(idle.resume(), 'close')
    answer.resolve('whole')
    const [reply] = await replied
    expect(reply.statusCode).toBe(200)
    expect((await reply.toArray()).join('')).toBe('whole')
    await ended
  } finally {
    await certificates.remove()
  }
})
