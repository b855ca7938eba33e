import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { entrySerializer } from '../schemas.ts'

/** The number of characters that are written at once: about 5 ms of work. */
const TURN = 1024 * 1024

/**
 * The result unchanged or, if the list in `inParts` is too long for one tick, as a stream of its entries: other requests are answered in
 * between. Such a reply has only that list.
 */
export function inParts(endpoint: EndpointSpec, answer: unknown, reply: { type(value: string): unknown }): unknown {
  const { inParts: list } = endpoint
  if (list === undefined) return answer
  const entries = (answer as Record<string, readonly object[]>)[list] ?? []
  if (entries.reduce((sum, entry) => sum + lengthOf(entry), 0) <= TURN) return answer
  reply.type('application/json; charset=utf-8')
  return Readable.from(written(list, entries, entrySerializer(endpoint, list)))
}

async function* written(list: string, entries: readonly object[], serialize: (entry: unknown) => string): AsyncGenerator<string> {
  let [piece, isFirst] = [`{${JSON.stringify(list)}:[`, true]
  for (const entry of entries) {
    piece += `${isFirst ? '' : ','}${serialize(entry)}`
    isFirst = false
    if (piece.length < TURN) continue
    yield piece
    piece = ''
    await setImmediate()
  }
  yield `${piece}]}`
}

/** The number of characters in the strings of an entry, which are most of it. */
function lengthOf(entry: object): number {
  return Object.values(entry).reduce((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
}
