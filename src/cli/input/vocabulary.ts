/**
 * The words that flags accept for a list of the contract. Repeated here because the contract's own lists would load zod in every command;
 * `satisfies` and a test keep both equal.
 */
import type { Input, Reply } from '../../client/client.ts'

export const SECRET_TYPES = [
  'generic',
  'password',
  'api_key',
  'private_key',
  'certificate',
  'file',
  'note',
  'ssh_key',
  'env',
  'env_bundle',
] as const satisfies Input<'secrets.put'>['body']['type'][]

export const PERMISSIONS = [
  'read',
  'write',
  'delete',
  'rotate',
  'admin',
] as const satisfies Input<'policies.create'>['body']['permissions']

/** The permissions that can be requested. */
export const REQUESTABLE = ['read', 'write', 'delete', 'rotate'] as const satisfies NonNullable<
  Input<'access-requests.create'>['body']['permissions']
>

export const SECRET_ORDERS = ['vault', 'path', 'created_at', 'expires_at', 'last_read_at'] as const satisfies NonNullable<
  NonNullable<Input<'secrets.list-all'>['query']>['sort']
>[]

export const CHARSETS = ['hex', 'base64', 'alphanumeric', 'ascii'] as const satisfies NonNullable<
  Input<'secrets.rotate'>['body']
>['charset'][]

export const AUTH_METHODS = [
  'api_key',
  'mtls',
  'oidc_client_credentials',
] as const satisfies Input<'agents.register'>['body']['auth_method'][]

export const ROLES = ['owner', 'admin', 'member'] as const satisfies Input<'org.set-role'>['body']['role'][]

export const AGENT_KEYS = ['keep', 'rotate', 'deactivate'] as const satisfies NonNullable<
  NonNullable<Input<'org.remove-member'>['query']>['agent_keys']
>[]

export const RULE_TYPES = ['allow', 'deny', 'block'] as const satisfies Input<'ip-rules.add'>['body']['rule_type'][]

export const APPLIES_TO = ['all', 'users', 'agents'] as const satisfies Input<'ip-rules.add'>['body']['applies_to'][]

export const TIERS = ['free', 'pro', 'business', 'enterprise'] as const satisfies Input<'admin.set-tier'>['body']['tier'][]

export const TRANSACTION_STATUSES = [
  'pending',
  'signed',
  'sign_only',
  'broadcast',
  'failed',
  'simulation_failed',
] as const satisfies NonNullable<Input<'intents.list'>['query']>['status'][]

export const FOUND_KINDS = [
  'vault',
  'agent',
  'person',
  'policy',
  'secret',
] as const satisfies Reply<'search.find'>['results'][number]['kind'][]
