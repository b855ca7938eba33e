import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/** The answer of an operation without what its caller did not ask for: clients that know every field refuse others. */
export function withoutMore({ more }: Pick<EndpointSpec, 'more'>, query: unknown, answer: unknown): unknown {
  if (!more || (query as { include?: string }).include === more.include) return answer
  const known = (object: object) => Object.fromEntries(Object.entries(object).filter(([name]) => !more.fields.includes(name)))
  const reply = answer as Record<string, readonly object[]>
  const { list } = more
  return { ...known(reply), ...(list !== undefined && { [list]: (reply[list] ?? []).map(known) }) }
}
