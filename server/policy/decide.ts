import { covers, matches, meet, type Pattern, pattern, patternSet } from '../../src/path-pattern.ts'
import { type Circumstances, conditionsHold } from './conditions.ts'
import type { Permission, PolicyFacts, VaultFacts } from './facts.ts'
import type { MayRead } from './grant.ts'

/** The requester: a user or an agent, with the ceilings of its credential. */
export interface Principal {
  readonly type: 'user' | 'agent'
  readonly id: string
  readonly scopes: readonly string[]
  readonly vaultIds: readonly string[]
}

/** The outcome and the rule behind it. */
export type Decision =
  | { readonly allowed: true; readonly rule: 'policy'; readonly policyId: string }
  | { readonly allowed: true; readonly rule: 'creator' }
  | { readonly allowed: false; readonly rule: Refusing }

/** The reason for a denial. */
export type Refusing = 'vault-ceiling' | 'scope-ceiling' | 'no-policy'

/** For each wanted permission, the permissions of which any one is enough; `admin` implies them all. */
const SUFFICIENT: Record<Permission, readonly string[]> = {
  read: ['read', 'admin'],
  write: ['write', 'admin'],
  delete: ['delete', 'write', 'admin'],
  rotate: ['rotate', 'admin'],
  admin: ['admin'],
}

/**
 * The policy decision, made with current facts for every request. The vault is known to belong to the caller's organisation. Ceilings of
 * the credential come first, then policies, then the rights of the vault's creator. The default is to deny.
 */
export function decide(vault: VaultFacts, who: Principal, permission: Permission, path: string, at: Circumstances): Decision {
  const ceiling = withinCeilings(vault, who, path)
  if (ceiling) return { allowed: false, rule: ceiling }
  const policy = policiesOf(vault, who).find(candidate => judge(candidate, who, permission, path, at) === 'grants')
  if (policy) return { allowed: true, rule: 'policy', policyId: policy.id }
  if (isCreator(vault, who)) return { allowed: true, rule: 'creator' }
  return { allowed: false, rule: 'no-policy' }
}

/**
 * The same decision for many paths of one vault, as yes or no: principal, permission, expiry and conditions are evaluated once, and a path
 * is compared only with patterns that start like it.
 */
export function decider(vault: VaultFacts, who: Principal, permission: Permission, at: Circumstances): MayRead {
  if (!vaultAllowed(vault, who)) return Object.assign(() => false, { heads: [], basis: () => '' })
  const scopes = pathScopes(who).map(pattern)
  const patterns = isCreator(vault, who)
    ? [pattern('**')]
    : policiesOf(vault, who)
        .filter(policy => judge(policy, who, permission, null, at) === 'grants')
        .map(policy => policy.pattern)
  const [isGranted, isInScope] = [patternSet(patterns), patternSet(scopes)]
  const may = (path: string) => (scopes.length === 0 || isInScope(path)) && isGranted(path)
  const heads = headsOf(patterns)
  const basis = () => [scopes, patterns].map(list => list.map(({ source }) => source).join(' ')).join('\n')
  return Object.assign(may, { heads, basis })
}

/** The first segments with one of which a path must start; undefined if any will do. */
function headsOf(patterns: readonly Pattern[]): readonly string[] | undefined {
  const heads = [...new Set(patterns.map(({ head }) => head))]
  return heads.includes(undefined) ? undefined : heads.flatMap(head => head ?? [])
}

const indexes = new WeakMap<VaultFacts, ReadonlyMap<string, readonly PolicyFacts[]>>()

/** The policies of one principal, from an index that is built at the first use of a vault's facts. */
export function policiesOf(vault: VaultFacts, who: Pick<Principal, 'type' | 'id'>): readonly PolicyFacts[] {
  let index = indexes.get(vault)
  if (!index) {
    index = Map.groupBy(vault.policies, ({ principalType, principalId }) => `${principalType}:${principalId}`)
    indexes.set(vault, index)
  }
  return index.get(`${who.type}:${who.id}`) ?? []
}

/** Whether any policy, or being the creator, could allow the principal to read anything in the vault now. */
export function mayReadSomething(vault: VaultFacts, who: Principal, at: Circumstances): boolean {
  if (!vaultAllowed(vault, who)) return false
  return isCreator(vault, who) || policiesOf(vault, who).some(policy => judge(policy, who, 'read', null, at) === 'grants')
}

/** Why a policy grants a permission, or does not: the first reason that applies. */
export type Verdict = 'grants' | 'other-principal' | 'pattern' | 'permission' | 'expired' | 'conditions'

/** The verdict of one policy; the first reason why it does not grant. With `path` null the pattern is ignored. */
export function judge(
  policy: PolicyFacts,
  who: Principal,
  permission: Permission,
  path: string | null,
  at: Circumstances,
): Verdict {
  if (!isFor(policy, who)) return 'other-principal'
  if (path !== null && !matches(policy.pattern, path)) return 'pattern'
  if (!policy.permissions.some(held => SUFFICIENT[permission].includes(held))) return 'permission'
  if (hasEnded(policy, at.now)) return 'expired'
  return [policy.conditions, ...policy.inherited].every(conditions => conditionsHold(conditions, at)) ? 'grants' : 'conditions'
}

/** Whether a policy names this principal. */
export function isFor(policy: Pick<PolicyFacts, 'principalType' | 'principalId'>, who: Pick<Principal, 'type' | 'id'>): boolean {
  return policy.principalType === who.type && policy.principalId === who.id
}

/** Whether a policy has expired; `now` in epoch milliseconds. */
export function hasEnded(policy: Pick<PolicyFacts, 'expiresAt'>, now: number): boolean {
  return policy.expiresAt !== null && policy.expiresAt <= now
}

/** Whether the principal created the vault. */
export function isCreator(vault: Pick<VaultFacts, 'createdBy' | 'createdByType'>, who: Pick<Principal, 'type' | 'id'>): boolean {
  return vault.createdByType === who.type && vault.createdBy === who.id
}

/** Whether a credential confined to vaults reaches this one; without vaults it reaches all. */
export function vaultAllowed(vault: Pick<VaultFacts, 'id'>, who: Pick<Principal, 'vaultIds'>): boolean {
  return who.vaultIds.length === 0 || who.vaultIds.includes(vault.id)
}

/** The scopes that are path patterns; one with `:` is a label. */
export function pathScopes(who: Pick<Principal, 'scopes'>): readonly string[] {
  return who.scopes.filter(scope => !scope.includes(':'))
}

/** Null if the credential's own ceilings allow the path; otherwise the ceiling that does not. */
export function withinCeilings(
  vault: Pick<VaultFacts, 'id'>,
  who: Pick<Principal, 'scopes' | 'vaultIds'>,
  path: string,
): 'vault-ceiling' | 'scope-ceiling' | null {
  if (!vaultAllowed(vault, who)) return 'vault-ceiling'
  const scopes = pathScopes(who)
  return scopes.length > 0 && !scopes.some(scope => matches(pattern(scope), path)) ? 'scope-ceiling' : null
}

/** Whether the credential's own ceilings allow every path of a pattern. */
export function withinCeilingsWholly(
  vault: Pick<VaultFacts, 'id'>,
  who: Pick<Principal, 'scopes' | 'vaultIds'>,
  wanted: string,
): boolean {
  const scopes = pathScopes(who)
  return vaultAllowed(vault, who) && (scopes.length === 0 || scopes.some(scope => covers(pattern(scope), pattern(wanted))))
}

/**
 * Whether a vault is visible, with its name: to its creator and to principals with an active policy in it, if the credential allows any of
 * those paths; and to `seesAll`, owners and admins with an unconfined credential.
 */
export function seesVault(vault: VaultFacts, who: Principal, seesAll: boolean, now: number): boolean {
  if (!vaultAllowed(vault, who)) return false
  if (seesAll || isCreator(vault, who)) return true
  const scopes = pathScopes(who).map(pattern)
  const leavesRoom = (granted: Pattern) => scopes.length === 0 || scopes.some(scope => meet(scope, granted))
  return policiesOf(vault, who).some(policy => !hasEnded(policy, now) && leavesRoom(policy.pattern))
}
