import { Agent, request as send } from 'undici'
import { type Transport, textOf } from './transport.ts'
import { singleValues } from './transport-http.ts'

/** A keep-alive pool for programs that make many calls. */
export function undiciTransport(): Transport {
  const dispatcher = new Agent({ connections: 32, keepAliveTimeout: 30_000 })
  return {
    async send({ method, url, headers, body, signal }) {
      const answer = await send(url, { dispatcher, method, headers: { ...headers }, signal, ...(body !== undefined && { body }) })
      return { status: answer.statusCode, headers: singleValues(answer.headers), body: await textOf(answer.body) }
    },
    close: () => dispatcher.close(),
  }
}
