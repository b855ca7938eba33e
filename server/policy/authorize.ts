import { pattern } from '../../src/path-pattern.ts'
import type { Actor } from './actor.ts'
import { isConfined, isOrgAdmin, manager, seesAll, unconfined } from './caller.ts'
import type { Circumstances } from './conditions.ts'
import { decide, decider, isCreator, isFor, judge, mayReadSomething, pathScopes, policiesOf, seesVault } from './decide.ts'
import { grantedUnder, isBelow } from './delegation.ts'
import { denied } from './denial.ts'
import type { Why } from './event.ts'
import type { Permission, VaultFacts } from './facts.ts'
import { type Finder, type FinderDeps, finder, type Target } from './finding.ts'
import { type Action, type Actions, type CanonicalPath, type Grant, grant, type PolicyScope } from './grant.ts'
import { whyAllowed, whyDenied, whyReadable } from './reason.ts'

export interface AuthorizeDeps extends FinderDeps {
  /** Whether an organisation is the platform's own. */
  readonly isPlatform: (orgId: string) => boolean | Promise<boolean>
  /** Whether an organisation allows its agents to create vaults. */
  readonly agentsCanOwnVaults: (orgId: string) => boolean | Promise<boolean>
  readonly clock: () => number
}

export type Authorize = <A extends Action>(action: A, actor: Actor, target: Target, ip: string) => Promise<Grant<A>>

interface Question {
  readonly actor: Actor
  readonly target: Target
  readonly at: Circumstances
  readonly find: Finder
  readonly isPlatform: AuthorizeDeps['isPlatform']
  readonly agentsCanOwnVaults: AuthorizeDeps['agentsCanOwnVaults']
}

/**
 * Decides whether an actor is allowed an action, and returns the proof.
 * @throws Problem `policy.denied` (403), the same whether or not the path exists.
 * @throws Problem `resource.unknown` (404) for a vault, an agent or a secret of another organisation, as for an unknown one
 */
export function authorizer(deps: AuthorizeDeps): Authorize {
  const { isPlatform, agentsCanOwnVaults, clock } = deps
  const find = finder(deps)
  return async (action, actor, target, ip) => {
    const at = { ip, now: clock() }
    const resource = await RULES[action]({ actor, target, at, find, isPlatform, agentsCanOwnVaults })
    return grant({ action, actor, orgId: actor.orgId, ip, resource })
  }
}

/**
 * The decision for one path. A denial names only the credential's own scopes: they belong to the caller and reveal nothing. The audit log
 * has the rule.
 */
function allowedAt(permission: Permission, vault: VaultFacts, path: string, { actor, at }: Question): Why {
  const decision = decide(vault, actor, permission, path, at)
  if (decision.allowed) return whyAllowed(decision)
  const scopes =
    decision.rule === 'scope-ceiling'
      ? `: the path is outside the scopes of this credential (${pathScopes(actor).join(', ')})`
      : ''
  const why = whyDenied(decision.rule, vault, actor, permission, path, at)
  throw denied(why, `Insufficient permissions${scopes}`)
}

/** A rule that only requires a person. */
const person = async ({ actor }: Question) => {
  manager(actor)
  return {}
}

/** A person; or an agent if the organisation allows it, because it then owns the vaults that it creates. */
const vaultMaker = async (question: Question) => {
  const { actor, agentsCanOwnVaults } = question
  if (actor.type === 'user' || isConfined(actor) || !(await agentsCanOwnVaults(actor.orgId))) return person(question)
  return {}
}

const anyone = async () => ({})

const organisationReader = async ({ actor }: Question) => {
  unconfined(actor)
  return {}
}

const atPath = (permission: Permission) => async (question: Question) => {
  const vault = await question.find.vault(question.actor, question.target)
  const path = question.target.path as CanonicalPath
  return { vault, path, why: allowedAt(permission, vault, path, question) }
}

/** A share reveals only secrets that the sharer can read. */
const sharable = async (question: Question) => {
  const { id, vault, path } = await question.find.secret(question.actor, question.target)
  return { vault, path, secretId: id, why: allowedAt('read', vault, path, question) }
}

const readable = async ({ actor, target, at, find }: Question) => {
  const vault = await find.vault(actor, target)
  if (!mayReadSomething(vault, actor, at)) throw denied('no-policy')
  return { vault, mayRead: decider(vault, actor, 'read', at), whyReadable: whyReadable(vault, actor, at) }
}

const visible = async ({ actor, target, at, find }: Question) => {
  const facts = await find.vault(actor, target)
  if (!seesVault(facts, actor, seesAll(actor), at.now)) throw denied('no-policy')
  return { vault: facts }
}

const ownedVault = async ({ actor, target, find }: Question) => {
  const facts = await find.vault(actor, target)
  manager(actor)
  if (!isOrgAdmin(actor) && !isCreator(facts, actor)) throw denied('owner-admin-or-creator')
  return { vault: facts }
}

const ownedDeletedVault = async ({ actor, target, find }: Question) => {
  const deleted = await find.deletedVault(actor, target)
  manager(actor)
  if (!isOrgAdmin(actor) && !isCreator(deleted, actor)) throw denied('owner-admin-or-creator')
  return { deleted }
}

/**
 * Owners, admins and the creator of a vault manage all its policies. A holder of `admin` on some paths makes and deletes policies that stay
 * within those paths and are not their own, and changes those made under their own; what they make ends with what they hold. Otherwise a
 * holder could widen their access, or escape their conditions and expiry. An agent manages only what it made itself, and only if the
 * organisation allows it.
 */
const policyManager = async ({ actor, target, at, find, agentsCanOwnVaults }: Question) => {
  const facts = await find.vault(actor, target)
  const owns = actor.type === 'agent' && isCreator(facts, actor) && !isConfined(actor) && (await agentsCanOwnVaults(actor.orgId))
  if (!owns) manager(actor)
  if (isOrgAdmin(actor) || isCreator(facts, actor)) {
    return { vault: facts, mayManage: () => true, mayChange: () => true, under: () => undefined }
  }
  const held = policiesOf(facts, actor).filter(policy => judge(policy, actor, 'admin', null, at) === 'grants')
  if (held.length === 0) throw denied('policy-manager')
  const within = (source: string) => grantedUnder(held, pattern(source)) !== undefined
  return {
    vault: facts,
    mayManage: (policy: PolicyScope) => !isFor(policy, actor) && within(policy.pattern),
    mayChange: (id: string) => isBelow(facts.policies, held, id),
    under: (source: string) => grantedUnder(held, pattern(source)),
  }
}

const orgAdmin = async ({ actor }: Question) => {
  manager(actor)
  if (!isOrgAdmin(actor)) throw denied('owner-or-admin', 'Only owners and admins of the organisation can do this.')
  return {}
}

/** Owners and admins of the organisation that runs the server; never an agent. */
const platformAdmin = async ({ actor, isPlatform }: Question) => {
  manager(actor)
  if (!isOrgAdmin(actor) || !(await isPlatform(actor.orgId)))
    throw denied('platform-admin', 'Only platform administrators can do this.')
  return {}
}

/** Owners and admins; those of the platform's organisation see everything. */
const serverStatus = async (question: Question) => {
  await orgAdmin(question)
  return { runsServer: await question.isPlatform(question.actor.orgId) }
}

/** The agent itself, with the intents API enabled. */
const ownAgent = async ({ actor, target, find }: Question) => {
  const { id } = await find.agent(actor, target)
  if (actor.type !== 'agent' || actor.id !== id) throw denied('agent-itself', 'Only the agent itself can do this.')
  if (!actor.intentsEnabled) throw denied('intents-disabled', 'The intents API is not enabled for this agent.')
  return { agentId: id, agent: actor }
}

/** The agent itself, and the people responsible for it: owners, admins and its creator. */
const answeringForAgent = async (question: Question) => {
  const { actor } = question
  if (actor.type === 'agent') return ownAgent(question)
  manager(actor)
  const { id, createdBy } = await question.find.agent(actor, question.target)
  if (!isOrgAdmin(actor) && createdBy !== actor.id) throw denied('owner-admin-or-creator')
  return { agentId: id }
}

/** The same for all agents at once: an agent sees itself, a member the agents that they registered. */
const answeringForAgents = async (question: Question) => {
  const { actor } = question
  if (actor.type === 'agent') {
    const { agentId } = await ownAgent({ ...question, target: { agentId: actor.id } })
    return { agentId }
  }
  manager(actor)
  return isOrgAdmin(actor) ? {} : { createdBy: actor.id }
}

/** A vault of the organisation: for queries, and for operations that decide path by path. */
const askable = async ({ actor, target, find }: Question) => ({ vault: await find.vault(actor, target) })

const RULES: { readonly [A in Action]: (question: Question) => Promise<Actions[A]> } = {
  'vault.create': vaultMaker,
  'vault.list': anyone,
  'vault.read': visible,
  'vault.update': ownedVault,
  'vault.delete': ownedVault,
  'vault.cmek': ownedVault,
  'vault.rotate-key': ownedVault,
  'vault.restore': ownedDeletedVault,
  'secret.list': readable,
  'secret.read-many': readable,
  'secret.list-all': anyone,
  'secret.write-many': askable,
  'secret.read': atPath('read'),
  'secret.write': atPath('write'),
  'secret.delete': atPath('delete'),
  'secret.rotate': atPath('rotate'),
  'policy.list': policyManager,
  'policy.create': policyManager,
  'policy.create-many': anyone,
  'policy.update': policyManager,
  'policy.delete': policyManager,
  'policy.of-agent': answeringForAgent,
  'access.request': askable,
  'access.list': anyone,
  'access.decide': person,
  'agent.register': person,
  'agent.list': organisationReader,
  'agent.read': organisationReader,
  'agent.update': person,
  'agent.deactivate': person,
  'agent.rotate-key': person,
  'agent.rotate-identity': person,
  'transaction.submit': ownAgent,
  'transaction.sign': ownAgent,
  'transaction.simulate': answeringForAgent,
  'transaction.read': answeringForAgent,
  'transaction.sum': answeringForAgents,
  'search.find': anyone,
  'share.create': sharable,
  'share.list': anyone,
  'share.revoke': anyone,
  'share.accept': anyone,
  'share.decline': anyone,
  'audit.read': organisationReader,
  'audit.verify': orgAdmin,
  'platform.admin': platformAdmin,
  'server.status': serverStatus,
  'org.members': person,
  'org.invite': orgAdmin,
  'org.set-role': orgAdmin,
  'org.remove-member': orgAdmin,
  'org.reset-mfa': orgAdmin,
  'org.settings': orgAdmin,
  'ip-rule.list': person,
  'ip-rule.add': orgAdmin,
  'ip-rule.remove': orgAdmin,
  'billing.read': organisationReader,
  'billing.manage': orgAdmin,
}
