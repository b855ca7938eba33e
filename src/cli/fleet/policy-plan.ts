import type { Input } from '../../client/client.ts'
import type { Policy } from '../output/views/resources.ts'
import type { ActualState } from './actual-state.ts'
import type { DesiredPolicy } from './desired-state.ts'
import type { Difference } from './fields.ts'

type Body = Omit<Input<'policies.create'>['body'], 'principal_id' | 'principal_type'>

/** The change of one policy of an agent. */
export interface PolicyChange {
  readonly action: 'create' | 'update' | 'delete'
  readonly vaultId: string
  readonly vault: string
  readonly pattern: string
  readonly id?: string
  readonly body?: Body
  readonly differences: readonly Difference[]
}

/**
 * Policies of one vault and pattern are paired: first those that already match, then the others in order, which change; the rest is new, or
 * must be removed. If `wanted` is undefined, all existing policies are kept and none is extra.
 */
export function policyChanges(
  wanted: readonly DesiredPolicy[] | undefined,
  there: readonly Policy[],
  { vaultIds, vaultNames }: ActualState,
  prune: boolean,
): { changes: PolicyChange[]; extra: number } {
  if (!wanted) return { changes: [], extra: 0 }
  const left = [...there]
  const take = (fits: (policy: Policy) => boolean): Policy | undefined => {
    const index = left.findIndex(fits)
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }
  const bodies = wanted.map(policy => ({ vaultId: vaultIds.get(policy.vault) ?? policy.vault, body: bodyOf(policy) }))
  const atPlace =
    ({ vaultId, body }: (typeof bodies)[number]) =>
    (policy: Policy) =>
      policy.vault_id === vaultId && policy.secret_path_pattern === body.secret_path_pattern
  const open = bodies.filter(each => !take(policy => atPlace(each)(policy) && differencesOf(each.body, policy).length === 0))
  const changes = open.map((each): PolicyChange => {
    const policy = take(atPlace(each))
    const { vaultId, body } = each
    const place = { vaultId, vault: vaultNames.get(vaultId) ?? vaultId, pattern: body.secret_path_pattern, body }
    if (!policy) return { action: 'create', ...place, differences: differencesOf(body, undefined) }
    return { action: 'update', ...place, id: policy.id, differences: differencesOf(body, policy) }
  })
  const gone = left.map(({ id, vault_id: vaultId, secret_path_pattern: pattern }): PolicyChange => {
    return { action: 'delete', id, vaultId, vault: vaultNames.get(vaultId) ?? vaultId, pattern, differences: [] }
  })
  return prune ? { changes: [...gone, ...changes], extra: 0 } : { changes, extra: gone.length }
}

function bodyOf({ pattern, permissions, expires_at, conditions }: DesiredPolicy): Body {
  return {
    secret_path_pattern: pattern,
    permissions,
    conditions: conditions && Object.keys(conditions).length > 0 ? conditions : null,
    expires_at: expires_at ?? null,
  }
}

const MEANINGS = {
  permissions: (value: unknown) => [...new Set(value as string[])].sort().join(),
  conditions: (value: unknown) => JSON.stringify(sorted(value)),
  expires_at: (value: unknown) => String(Date.parse(String(value))),
} as const

function differencesOf(body: Body, policy: Policy | undefined): Difference[] {
  return (Object.keys(MEANINGS) as (keyof typeof MEANINGS)[]).flatMap(field => {
    const [from, to] = [presentOf(policy?.[field]), presentOf(body[field])]
    const same = from === undefined || to === undefined ? from === to : MEANINGS[field](from) === MEANINGS[field](to)
    return same ? [] : [{ field, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

function presentOf(value: unknown): unknown {
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return value === null || empty ? undefined : value
}

/** The same with sorted keys, so that equal maps have equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]))
}
