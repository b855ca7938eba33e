import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/** `src/client/routes.ts`: the part of the endpoint table that the client needs to send a request, without zod at start-up. */
export function clientRoutes(endpoints: readonly EndpointSpec[]): string {
  const entries = endpoints.map(({ id, method, path, rest }) => {
    const route = rest === undefined ? [method, path] : [method, path, rest]
    return `  ${quoted(id)}: [${route.map(quoted).join(', ')}],`
  })
  return `// Generated from src/contract/ by \`npm run golden\`; not to be edited.
import type { OperationId } from '../contract/all.ts'

/** Method, path template, and the parameter that can contain \`/\`, if any. */
export type Route = readonly [method: string, path: string, rest?: string]

/** Operation id → route. */
export const ROUTES = {
${entries.join('\n')}
} as const satisfies Record<OperationId, Route>
`
}

const quoted = (text: string) => `'${text}'`

/** One line for each operation: the attack surface, readable as a diff. */
export function routeTable(endpoints: readonly EndpointSpec[]): string {
  const rows = endpoints.map(endpoint => [
    endpoint.method,
    endpoint.path,
    endpoint.id,
    endpoint.auth,
    `action=${endpoint.action ?? '-'}`,
    `audit=${endpoint.audit ?? '-'}`,
    `${endpoint.status}${(endpoint.problems ?? []).map(status => ` ${status}`).join('')}`,
    [
      ...(endpoint.limit ? [`limit=${endpoint.limit}`] : []),
      ...(endpoint.bodyLimit === undefined ? [] : [`body<=${endpoint.bodyLimit}`]),
      ...(endpoint.grants ? [`grants=${endpoint.grants}`] : []),
      ...(endpoint.rest ? [`rest=${endpoint.rest}`] : []),
      ...(endpoint.otherStatuses ? [`also=${endpoint.otherStatuses.join(',')}`] : []),
      ...(endpoint.idempotent ? ['idempotent'] : []),
      ...(endpoint.cookie ? [`cookie=${endpoint.cookie}`] : []),
    ].join(' '),
  ])
  return aligned(
    rows.toSorted((a, b) => compare(a[1], b[1]) || compare(a[0], b[0])),
    [6, 68, 20, 13, 24, 26, 16],
  )
}

const compare = (a = '', b = '') => (a < b ? -1 : Number(a > b))

/** A line for each row, with minimum widths of cells: fixed, so that a long cell does not move the lines around it. */
export function aligned(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  return rows
    .map(
      row =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
