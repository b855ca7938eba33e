import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import type { View } from '../view.ts'

type Request = Reply<'access-requests.get'>

export const ACCESS_REQUEST: View<Request> = {
  columns: {
    id: request => request.id,
    who: request => request.requester_name,
    permissions: request => request.permissions.join(','),
    path: request => request.secret_path_pattern,
    vault: request => request.vault_name,
    for: request => span(request.duration_seconds),
    reason: request => request.reason,
    status: request => request.status,
    asked: request => moment(request.created_at),
    'access until': request => moment(request.access_expires_at),
  },
  name: request => request.id,
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

/** Whole seconds in the form that people write: `1d`, `1h30m`. */
function span(seconds: number): string {
  let left = seconds
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(left / size)
    left -= count * size
    return count > 0 ? `${count}${unit}` : ''
  })
  return parts.join('')
}

/** Whether a principal would be allowed an action; JSON, YAML and the table show the policies that were considered. */
export const EXPLANATION: View<Reply<'policies.explain'>> = {
  columns: {
    allowed: answer => answer.allowed,
    rule: answer => answer.rule,
    policy: answer => answer.policy_id,
    reason: answer => answer.reason,
  },
  name: answer => (answer.allowed ? 'allowed' : 'denied'),
}
