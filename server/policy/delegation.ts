import { covers, type Pattern } from '../../src/path-pattern.ts'
import { denied } from './denial.ts'
import type { PolicyFacts } from './facts.ts'

/** How many times `admin` may be delegated: each level is one more policy to evaluate at every request. */
const MAX_DEPTH = 8

/** A time in the past of every clock, for an ended policy. */
const ENDED = 0

/**
 * The effective policies. One made by a holder of `admin` was granted under the holder's own policy: it ends when that one ends, is deleted
 * or no longer grants `admin`, and it applies only while that one's conditions hold; and so on upwards.
 */
export function withInherited(policies: readonly PolicyFacts[]): readonly PolicyFacts[] {
  if (policies.every(({ grantedUnder }) => grantedUnder === null)) return policies
  const byId = new Map(policies.map(policy => [policy.id, policy]))
  return policies.map(policy => {
    const above = chainAbove(policy, byId)
    if (!above) return { ...policy, expiresAt: ENDED }
    const inherited = above.flatMap(({ conditions }) => (conditions ? [conditions] : []))
    return { ...policy, inherited, expiresAt: [policy, ...above].map(({ expiresAt }) => expiresAt).reduce(earlier) }
  })
}

/** Nearest first; undefined if one of them no longer exists or does not grant `admin`. */
function chainAbove(policy: PolicyFacts, byId: ReadonlyMap<string, PolicyFacts>): PolicyFacts[] | undefined {
  const chain: PolicyFacts[] = []
  for (let id = policy.grantedUnder; id !== null; ) {
    const above = byId.get(id)
    if (!above?.permissions.includes('admin') || chain.length > MAX_DEPTH) return undefined
    chain.push(above)
    id = above.grantedUnder
  }
  return chain
}

/** The held policy under which a new one is granted: it covers the pattern and restricts the least. */
export function grantedUnder(held: readonly PolicyFacts[], wanted: Pattern): PolicyFacts | undefined {
  const [best] = held
    .filter(policy => covers(policy.pattern, wanted))
    .sort((a, b) => bounds(a) - bounds(b) || ending(b) - ending(a))
  return best
}

/** Whether a policy was granted under one of the held ones, directly or through others. */
export function isBelow(policies: readonly PolicyFacts[], held: readonly PolicyFacts[], id: string): boolean {
  const byId = new Map(policies.map(policy => [policy.id, policy]))
  const policy = byId.get(id)
  return policy !== undefined && (chainAbove(policy, byId) ?? []).some(above => held.includes(above))
}

/** The requested terms of a policy; `expiresAt` in epoch milliseconds. */
export interface Terms {
  readonly conditions?: Record<string, unknown> | null | undefined
  readonly expiresAt?: number | null | undefined
}

/**
 * The terms of a policy below another one: it inherits that one's conditions and ends no later. Absent terms stay absent. If both have a
 * condition of the same kind, its own is stored and both must hold.
 */
export function boundBy<T extends Terms>(terms: T, above: PolicyFacts | undefined): T {
  if (!above) return terms
  const carried = Object.assign({}, ...above.inherited.toReversed(), above.conditions) as Record<string, unknown>
  const conditions = { ...carried, ...terms.conditions }
  return {
    ...terms,
    ...(terms.conditions !== undefined && { conditions: Object.keys(conditions).length === 0 ? null : conditions }),
    ...(terms.expiresAt !== undefined && { expiresAt: earlier(terms.expiresAt, above.expiresAt) }),
  }
}

/** @throws Problem `policy.denied` if `admin` was already delegated too often. */
export function checkDepth(policies: readonly PolicyFacts[], above: PolicyFacts): void {
  const chain = chainAbove(above, new Map(policies.map(policy => [policy.id, policy])))
  if (chain && chain.length < MAX_DEPTH - 1) return
  throw denied(
    'policy-depth',
    `Your admin permission has already been delegated ${MAX_DEPTH - 1} times; ask an admin to grant this.`,
  )
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

function bounds({ conditions, inherited }: PolicyFacts): number {
  return inherited.length + (conditions ? 1 : 0)
}

function ending({ expiresAt }: PolicyFacts): number {
  return expiresAt ?? Number.MAX_SAFE_INTEGER
}
