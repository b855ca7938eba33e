import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'

/** The input of a request: its query, and its body if it has one. */
interface Came {
  readonly query: unknown
  readonly body: unknown
}

/** The result of an operation without fields that its caller did not request: clients that know every field refuse others. */
export function withoutOptInFields({ more }: Pick<EndpointSpec, 'more'>, { query, body }: Came, answer: unknown): unknown {
  if (!more || isAsked(query, more.include) || isAsked(body, more.include)) return answer
  const known = (object: object) =>
    more.fields.some(name => name in object)
      ? Object.fromEntries(Object.entries(object).filter(([name]) => !more.fields.includes(name)))
      : object
  const reply = answer as Record<string, readonly object[]>
  const { list } = more
  return list === undefined ? known(reply) : { ...known(reply), [list]: (reply[list] ?? []).map(known) }
}

function isAsked(where: unknown, include: string): boolean {
  return (where as { readonly include?: string } | undefined | null)?.include === include
}
