import type { Actor, AgentActor } from './actor.ts'
import type { Why } from './event.ts'
import type { PolicyFacts, VaultFacts } from './facts.ts'

const granted: unique symbol = Symbol('granted')
declare const canonical: unique symbol

/** A secret path, decoded once and checked; nothing else reaches policy or a store. */
export type CanonicalPath = string & { readonly [canonical]: true }

interface InVault {
  readonly vault: VaultFacts
}

interface AtPath extends InVault {
  readonly path: CanonicalPath
  /** The rule, for the audit log. */
  readonly why: Why
}

interface ManyPaths extends InVault {
  readonly mayRead: MayRead
  /** The rule that allows or denies the reading of a path, for the audit log. */
  readonly whyReadable: (path: string) => Why
}

/** The decision for one path, by the same rules as a request for it alone. */
export interface MayRead {
  (path: string): boolean
  /** The first segments of all readable paths; undefined if they can start with anything. */
  readonly heads: readonly string[] | undefined
  /** A text that changes when the decisions change. */
  readonly basis: () => string
}

/** The resource of each action. */
export interface Actions {
  'vault.create': object
  'vault.list': object
  'vault.read': InVault
  'vault.update': InVault
  'vault.delete': InVault
  'vault.cmek': InVault
  'vault.rotate-key': InVault
  'vault.restore': OfDeletedVault
  'secret.list': ManyPaths
  'secret.read-many': ManyPaths
  /** Each vault is decided separately, by `secret.list`. */
  'secret.list-all': object
  /** Each path is decided separately, by `secret.write`. */
  'secret.write-many': InVault
  'secret.read': AtPath
  'secret.write': AtPath
  'secret.delete': AtPath
  'secret.rotate': AtPath
  'policy.list': InVault
  'policy.create': PolicyManager
  /** Each vault is decided separately, by `policy.create`. */
  'policy.create-many': object
  'policy.update': PolicyManager
  'policy.delete': PolicyManager
  'policy.of-agent': OfAgent
  'access.request': InVault
  'access.list': object
  /** The requested policy is decided separately, by `policy.create`. */
  'access.decide': object
  'agent.register': object
  'agent.list': object
  'agent.read': object
  'agent.update': object
  'agent.deactivate': object
  'agent.rotate-key': object
  'agent.rotate-identity': object
  'transaction.submit': OwnAgent
  'transaction.sign': OwnAgent
  'transaction.simulate': OfAgent
  'transaction.read': OfAgent
  'transaction.sum': OfAgents
  'search.find': object
  'share.create': OfSecret
  'share.list': object
  'share.revoke': object
  'share.accept': object
  'share.decline': object
  'audit.read': object
  'audit.verify': object
  'platform.admin': object
  'server.status': OfServer
  'org.members': object
  'org.invite': object
  'org.set-role': object
  'org.remove-member': object
  'org.reset-mfa': object
  'org.settings': object
  'ip-rule.list': object
  'ip-rule.add': object
  'ip-rule.remove': object
  'billing.read': object
  'billing.manage': object
}

interface OfServer {
  /** Whether the caller's organisation runs the server. */
  readonly runsServer: boolean
}

interface OfDeletedVault {
  readonly deleted: DeletedVault
}

/** A vault that was deleted but not yet purged. */
export interface DeletedVault {
  readonly id: string
  readonly orgId: string
  readonly createdBy: string
  readonly createdByType: string
}

interface OfSecret extends AtPath {
  readonly secretId: string
}

interface OfAgent {
  readonly agentId: string
}

/** The agents whose transactions the caller sees; absent fields mean any. */
interface OfAgents {
  readonly agentId?: string
  /** The person who registered them. */
  readonly createdBy?: string
}

interface OwnAgent extends OfAgent {
  /** The agent itself, which is the caller. */
  readonly agent: AgentActor
}

interface PolicyManager extends InVault {
  /** Whether the caller can create, change or withdraw such a policy. */
  readonly mayManage: (policy: PolicyScope) => boolean
  /** Whether the caller can change the policy with this id, if they can manage it. */
  readonly mayChange: (id: string) => boolean
  /** The policy under which the caller creates one with this pattern; undefined if there is none. */
  readonly under: (pattern: string) => PolicyFacts | undefined
}

/** The principal and the paths of a policy. */
export interface PolicyScope {
  readonly pattern: string
  readonly principalType: string
  readonly principalId: string
}

/** The actions that can be decided on; an operation of the contract names one. */
export type Action = keyof Actions

/** The proof of a positive decision. Services require one, and only `authorize` creates one, so a forgotten check does not compile. */
export interface Grant<A extends Action> {
  readonly [granted]: true
  readonly action: A
  readonly actor: Actor
  readonly orgId: string
  readonly ip: string
  readonly resource: Actions[A]
}

/** Creates the proof. Only for `authorize`: the architecture test refuses any other caller. */
export function grant<A extends Action>(decided: Omit<Grant<A>, typeof granted>): Grant<A> {
  return { ...decided, [granted]: true }
}
