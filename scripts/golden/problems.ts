import { PROBLEMS } from '../../src/problem.ts'
import { aligned } from './routes.ts'

/** Every problem with its HTTP status and exit code, on which users' scripts rely. */
export function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, exit, title }]) => [
    code,
    status === 0 ? '-' : `${status}`,
    `exit ${exit}`,
    title,
  ])
  return aligned(rows, [22, 3, 8])
}
