/** How each kind of object is shown: its columns, and the name that scripts use. */

import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import { who, whoOf } from '../principal-cell.ts'
import type { Cell, View } from '../view.ts'

export type Vault = Reply<'vaults.get'>
export type SecretSummary = Reply<'secrets.list'>['secrets'][number]
export type Policy = Reply<'policies.create'>
export type Agent = Reply<'agents.get'>
export type ApiKey = Reply<'api-keys.list'>['keys'][number]

export const DELETED_VAULT: View<Reply<'vaults.deleted'>['vaults'][number]> = {
  columns: {
    id: vault => vault.id,
    name: vault => vault.name,
    deleted: vault => moment(vault.deleted_at),
    'restorable until': vault => moment(vault.purge_at),
  },
  name: vault => vault.name,
}

export const VAULT_STATS: View<Reply<'vaults.stats'>> = {
  columns: {
    secrets: stats => stats.secrets,
    versions: stats => stats.versions,
    bytes: stats => stats.bytes,
  },
  name: stats => String(stats.secrets),
}

export const SECRET_VALUE: View<Reply<'secrets.get'>> = {
  columns: {
    path: secret => secret.path,
    value: secret => secret.value,
    type: secret => secret.type,
    version: secret => secret.version,
    created: secret => moment(secret.created_at),
    expires: secret => moment(secret.expires_at),
  },
  name: secret => secret.path,
  isSecret: true,
}

export const SECRET: View<SecretSummary> = {
  columns: {
    path: secret => secret.path,
    type: secret => secret.type,
    version: secret => secret.version,
    created: secret => moment(secret.created_at),
    expires: secret => moment(secret.expires_at),
    state: secret => (secret.is_disabled ? 'disabled' : 'usable'),
  },
  name: secret => secret.path,
}

export const SECRET_DETAILS: View<SecretSummary> = {
  columns: {
    ...SECRET.columns,
    id: secret => secret.id,
    'created by': secret => whoOf(secret.created_by),
    reads: secret =>
      secret.max_access_count ? `${secret.access_count ?? 0} of ${secret.max_access_count}` : secret.access_count,
    metadata: secret => Object.entries(secret.metadata ?? {}).map(([key, value]) => `${key}=${word(value)}`),
  },
  name: secret => secret.path,
}

export const VERSION: View<SecretSummary> = {
  columns: {
    version: secret => secret.version,
    state: secret => (secret.is_disabled ? 'disabled' : 'usable'),
    type: secret => secret.type,
    created: secret => moment(secret.created_at),
    'created by': secret => whoOf(secret.created_by),
    expires: secret => moment(secret.expires_at),
  },
  name: secret => String(secret.version),
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

export const VAULT: View<Vault> = {
  columns: {
    name: vault => vault.name,
    id: vault => vault.id,
    created: vault => moment(vault.created_at),
    description: vault => vault.description,
  },
  name: vault => vault.name,
}

export const POLICY: View<Policy> = {
  columns: {
    id: policy => policy.id,
    path: policy => policy.secret_path_pattern,
    permissions: policy => policy.permissions,
    principal: policy => who(policy.principal_type, policy.principal_id),
    expires: policy => moment(policy.expires_at),
    conditions: policy => Object.keys(policy.conditions ?? {}),
  },
  name: policy => policy.id,
}

export const AGENT: View<Agent> = {
  columns: {
    name: agent => agent.name,
    id: agent => agent.id,
    active: agent => agent.is_active,
    auth: agent => agent.auth_method,
    intents: agent => agent.intents_api_enabled,
    'last active': agent => moment(agent.last_active_at),
    description: agent => agent.description,
  },
  name: agent => agent.id,
}

/** The guardrails of an agent that can have transactions signed. */
const guardrails: View<Agent>['columns'] = {
  'signs on': agent => guardrail(agent, agent.tx_allowed_chains ?? []),
  'pays to': agent => guardrail(agent, agent.tx_to_allowlist ?? []),
  'at most': agent => guardrail(agent, agent.tx_max_value_eth),
  'in 24 hours': agent => guardrail(agent, agent.tx_daily_limit_eth),
  'spent today': agent => (agent.intents_api_enabled ? agent.tx_spent_today_eth : undefined),
  'unlimited approvals': agent => guardrail(agent, agent.tx_block_unlimited_approvals ? 'refused' : undefined),
}

const messages: View<Agent>['columns'] = {
  'signs later nonces': agent => (agent.tx_sign_any_nonce ? true : undefined),
  'signs messages': agent => (agent.message_signing_enabled ? true : undefined),
  'signs typed data of': agent =>
    agent.eip712_default_policy === 'allow' ? 'any domain' : agent.message_signing_enabled && agent.eip712_domain_allowlist,
  'signs hashes blindly': agent => (agent.raw_signing_enabled ? true : undefined),
}

function guardrail(agent: Agent, limit: Cell): Cell {
  if (!agent.intents_api_enabled) return undefined
  return limit === undefined || (Array.isArray(limit) && limit.length === 0) ? 'no limit' : limit
}

export const AGENT_DETAILS: View<Agent> = {
  columns: {
    ...AGENT.columns,
    scopes: agent => agent.scopes,
    vaults: agent => agent.vault_ids,
    'token ttl': agent => (agent.token_ttl_seconds === undefined ? undefined : `${agent.token_ttl_seconds} s`),
    expires: agent => moment(agent.expires_at),
    created: agent => moment(agent.created_at),
    ...guardrails,
    ...messages,
  },
  name: agent => agent.id,
}

export const ACCOUNT: View<Reply<'account.me'>> = {
  columns: {
    email: me => me.email,
    name: me => me.display_name,
    role: me => me.role,
    id: me => me.id,
    organisation: me => me.org_id,
    'signs in by': me => me.auth_method,
    'e-mail verified': me => me.email_verified,
    'second factor': me => me.totp_enabled,
    created: me => moment(me.created_at),
  },
  name: me => me.email,
}

export const API_KEY: View<ApiKey> = {
  columns: {
    name: key => key.name,
    id: key => key.id,
    prefix: key => key.key_prefix,
    active: key => key.is_active,
    created: key => moment(key.created_at),
    'last used': key => moment(key.last_used_at),
    'used from': key => key.last_used_from,
    expires: key => moment(key.expires_at),
    'replaced by': key => key.replaced_by,
    scopes: key => key.scopes,
  },
  name: key => key.id,
}

/** A secret of which only the path, and possibly a version, is known. */
export const PATH: View<{ readonly path: string; readonly version?: number }> = {
  columns: { path: secret => secret.path, version: secret => secret.version },
  name: secret => secret.path,
}

/** An object of which only the id is known. */
export const ID: View<{ readonly id: string }> = { columns: { id: thing => thing.id }, name: thing => thing.id }

/** The path of an event; the vault is named by its id, even if the request named one of its paths. */
export function pathIn({ resource_type, details }: Reply<'audit.events'>['events'][number]): unknown {
  return resource_type === 'vault' ? undefined : (details['path'] ?? undefined)
}

/** Secrets are named by their path, which remains readable after the secret is gone; other objects by their id. */
export const AUDIT_EVENT: View<Reply<'audit.events'>['events'][number]> = {
  columns: {
    time: event => moment(event.created_at),
    action: event => event.action,
    actor: event => who(event.actor_type, event.actor_id),
    resource: event => {
      const path = pathIn(event)
      return path === undefined ? who(event.resource_type, event.resource_id) : `${event.resource_type} ${word(path)}`
    },
    ip: event => event.ip_address,
    details: event =>
      Object.entries(event.details)
        .filter(([key]) => key !== 'path' || pathIn(event) === undefined)
        .map(([key, value]) => `${key}=${word(value)}`),
  },
  name: event => event.id,
}

export const AUDIT_DENIAL: View<Reply<'audit.denials'>['denials'][number]> = {
  columns: {
    last: denial => moment(denial.last_at),
    actor: denial => who(denial.actor_type, denial.actor_id),
    action: denial => denial.action,
    on: denial => denial.resource,
    times: denial => denial.count,
    rule: denial => [denial.rule, denial.condition].filter(Boolean).join(' '),
  },
  name: denial => denial.resource,
}

export const AUDIT_READ: View<Reply<'audit.reads'>['reads'][number]> = {
  columns: {
    path: read => read.path ?? read.secret_id,
    actor: read => who(read.actor_type, read.actor_id),
    reads: read => read.count,
    last: read => moment(read.last_at),
  },
  name: read => read.path ?? read.secret_id,
}

export const AUDIT_FAULT: View<{ readonly seq: number; readonly kind: string; readonly detail: string }> = {
  columns: { event: fault => fault.seq, fault: fault => fault.kind, detail: fault => fault.detail },
  name: fault => String(fault.seq),
}

export const FOUND: View<Reply<'search.find'>['results'][number]> = {
  columns: {
    kind: found => found.kind,
    name: found => found.name,
    vault: found => found.vault_name,
    about: found => found.about,
    id: found => found.id,
  },
  name: found => found.name,
}

export const ACCESS: View<Reply<'policies.access'>['principals'][number]> = {
  columns: {
    who: entry => entry.name,
    kind: entry => entry.principal_type,
    can: entry => (entry.allowed ? 'yes' : entry.policies.length > 0 && entry.rule === 'no-policy' ? 'not now' : 'no'),
    because: entry => (entry.allowed || entry.rule !== 'no-policy' ? entry.reason : conditional(entry.policies)),
    path: entry => entry.policies.map(({ secret_path_pattern: pattern }) => pattern),
    'last read': entry => moment(entry.last_read_at),
    version: entry => entry.last_read_version,
    reads: entry => entry.reads_90d,
  },
  name: entry => entry.name,
}

function conditional(policies: readonly object[]): string {
  return policies.length > 0 ? 'The conditions of its policies do not hold now.' : 'No policy grants it.'
}

export const AGENT_KEY: View<Reply<'agents.keys'>['keys'][number]> = {
  columns: {
    key: key => `${key.key_prefix}…`,
    slot: key => key.slot,
    created: key => moment(key.created_at),
    'last used': key => moment(key.last_used_at),
    from: key => key.last_used_from,
    expires: key => moment(key.expires_at),
  },
  name: key => key.key_prefix,
}
