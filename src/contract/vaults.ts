import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, name, Purge, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

export const Vault = z.object({
  id: Uuid,
  name: z.string(),
  description: z.string().optional(),
  created_by: z.string().optional(),
  created_by_type: z.string().optional(),
  created_at: Instant,
  cmek_enabled: z.boolean(),
  cmek_fingerprint: z.string().optional(),
})

const params = z.object({ vault_id: Uuid })

export const createVault = endpoint({
  id: 'vaults.create',
  method: 'POST',
  path: '/v1/vaults',
  summary: 'Create a vault with its own key in the key provider.',
  description:
    'Leading and trailing spaces of the name are removed. Names are unique in an organisation, without regard to case (409).',
  auth: 'user-or-agent',
  action: 'vault.create',
  audit: 'vault.create',
  body: z.object({ name: name(255, 1), description: text(2000).optional() }),
  status: 201,
  reply: Vault,
  problems: [403, 409],
})

export const listVaults = endpoint({
  id: 'vaults.list',
  method: 'GET',
  path: '/v1/vaults',
  summary: 'List the vaults that the caller created, manages or has a policy in.',
  description:
    'A credential that is confined to paths lists those in which it could reach something: vaults that its person or agent created, or has a policy in for a path within them.',
  auth: 'user-or-agent',
  action: 'vault.list',
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ vaults: z.array(Vault), ...nextCursor }),
})

export const getVault = endpoint({
  id: 'vaults.get',
  method: 'GET',
  path: '/v1/vaults/{vault_id}',
  summary: 'Get one vault.',
  auth: 'user-or-agent',
  action: 'vault.read',
  audit: 'vault.read',
  params,
  status: 200,
  reply: Vault,
  problems: [403, 404],
})

export const updateVault = endpoint({
  id: 'vaults.update',
  method: 'PATCH',
  path: '/v1/vaults/{vault_id}',
  summary: 'Rename a vault, or change its description.',
  description:
    'For owners, admins and the creator of the vault. Absent fields are not changed. Names are as for creating one: 409 when another vault has it. References that use the old name stop working.',
  auth: 'user-or-agent',
  action: 'vault.update',
  audit: 'vault.update',
  params,
  body: z.object({ name: name(255, 1).optional(), description: text(2000).optional() }),
  status: 200,
  reply: Vault,
  problems: [403, 404, 409],
})

export const vaultStats = endpoint({
  id: 'vaults.stats',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/stats',
  summary: 'Count the secrets, versions and bytes in a vault.',
  description:
    'Deleted secrets are not counted. `versions` counts every stored version, including disabled and expired ones. `bytes` is the size of their ciphertexts. Everyone who can see the vault gets the totals, whatever they can read in it.',
  auth: 'user-or-agent',
  action: 'vault.read',
  audit: 'vault.read',
  params,
  status: 200,
  reply: z.object({
    secrets: z.number().int().nonnegative(),
    versions: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
  }),
  problems: [403, 404],
})

export const deleteVault = endpoint({
  id: 'vaults.delete',
  method: 'DELETE',
  path: '/v1/vaults/{vault_id}',
  summary: 'Delete a vault, its secrets and its policies.',
  description:
    'It can be restored for 30 days, or as long as the server is configured to keep it; then it is purged and its key destroyed. With `purge=true` that happens now. Its name is free at once, and shares of its secrets end.',
  auth: 'user-or-agent',
  action: 'vault.delete',
  audit: 'vault.delete',
  params,
  query: z.object({ purge: Purge }),
  status: 204,
  problems: [403, 404],
})

export const agentKeysVault = endpoint({
  id: 'org.agent-keys-vault',
  method: 'GET',
  path: '/v1/org/agent-keys-vault',
  summary: "Get the system vault `__agent-keys` with the private keys of the organisation's agents.",
  description:
    'It is created with the first agent; 404 before that. It has no creator: its secrets are read through policies that owners and admins manage. Owners and admins see it last in the list of vaults. It cannot be deleted.',
  auth: 'user',
  action: 'vault.list',
  audit: null,
  status: 200,
  reply: z.object({ vault_id: Uuid }),
  problems: [404],
})

/** The operations of this file, for the endpoint table. */
export const vaultsEndpoints = [createVault, listVaults, getVault, updateVault, vaultStats, deleteVault, agentKeysVault] as const
