import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, text, Uuid } from '../schema/fields.ts'
import { ADDRESS, CHAIN_NAME } from '../schema/forms.ts'

export const Chain = z.object({
  id: Uuid,
  /** The slug by which requests name it. */
  name: z.string(),
  display_name: z.string(),
  /** As in EIP-155. */
  chain_id: z.int(),
  rpc_url: z.string().optional(),
  ws_url: z.string().optional(),
  explorer_url: z.string().optional(),
  native_currency: z.string(),
  is_testnet: z.boolean(),
  is_enabled: z.boolean(),
  created_at: Instant,
  updated_at: Instant,
})

/** Includes what only admins set and see. */
export const AdminChain = Chain.extend({
  /** The time limit for one answer of a node; absent for the default of 6000. */
  rpc_timeout_ms: z.int().optional(),
})

const Name = z.string().regex(CHAIN_NAME)
const Url = text(512)
const fields = {
  rpc_url: text(2000).optional(),
  rpc_timeout_ms: z.int().min(100).max(30_000).nullable().optional(),
  ws_url: Url.optional(),
  explorer_url: Url.optional(),
  native_currency: text(16, 1).optional(),
  is_testnet: z.boolean().optional(),
  is_enabled: z.boolean().optional(),
}
const params = z.object({ chain_id: Uuid })

const RPC_URLS =
  '`rpc_url` can contain several http(s) URLs separated by commas or white space: they are tried in that order. Each must answer `eth_chainId` with this chain’s id before it is used. Hosts that resolve to link-local or cloud metadata addresses are never contacted; loopback and private ones are. An empty string clears a URL. `rpc_timeout_ms` (100 to 30000; default: 6000) is the time limit for one answer of one node; all nodes of the chain together have three times that.'

export const listChains = endpoint({
  id: 'chains.list',
  method: 'GET',
  path: '/v1/chains',
  summary: 'List the chains that are available for transactions.',
  description:
    'Enabled ones only. An RPC URL that carries credentials (a user, a query or what looks like a key in its path) is shown only to platform administrators.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({ chains: z.array(Chain) }),
})

export const getChain = endpoint({
  id: 'chains.get',
  method: 'GET',
  path: '/v1/chains/{identifier}',
  summary: 'Get one enabled chain by name, chain id or UUID.',
  auth: 'public',
  action: null,
  audit: null,
  params: z.object({ identifier: text(64, 1) }),
  status: 200,
  reply: Chain,
  problems: [404],
})

export const chainBalance = endpoint({
  id: 'chains.balance',
  method: 'GET',
  path: '/v1/chains/{identifier}/balances/{address}',
  summary: 'Get the balance of an address in the native currency of a chain.',
  description: 'A node of the chain is asked for the newest block; nothing is stored. 502 if no node answers.',
  auth: 'user-or-agent',
  action: null,
  audit: null,
  params: z.object({ identifier: text(64, 1), address: z.string().regex(ADDRESS) }),
  status: 200,
  reply: z.object({
    chain: z.string(),
    chain_id: z.int(),
    address: z.string(),
    balance_wei: z.string(),
    native_currency: z.string(),
  }),
  problems: [404, 502],
})

export const adminListChains = endpoint({
  id: 'chains.admin-list',
  method: 'GET',
  path: '/v1/admin/chains',
  summary: 'List all chains with all their settings. For platform administrators.',
  auth: 'user',
  action: 'platform.admin',
  audit: null,
  status: 200,
  reply: z.object({ chains: z.array(AdminChain) }),
  problems: [403],
})

export const createChain = endpoint({
  id: 'chains.create',
  method: 'POST',
  path: '/v1/admin/chains',
  summary: 'Add a chain. For platform administrators.',
  description: `${RPC_URLS} \`native_currency\` is \`ETH\` by default; amounts have 18 decimals on every chain.`,
  auth: 'user',
  action: 'platform.admin',
  audit: 'admin.chain_create',
  body: z.object({ name: Name, display_name: text(100, 1), chain_id: z.int().min(1).max(Number.MAX_SAFE_INTEGER), ...fields }),
  status: 201,
  reply: AdminChain,
  problems: [403, 409],
})

export const updateChain = endpoint({
  id: 'chains.update',
  method: 'PUT',
  path: '/v1/admin/chains/{chain_id}',
  summary: 'Change a chain. Absent fields are not changed. For platform administrators.',
  description: `\`chain_id\` in the path is the UUID. ${RPC_URLS}`,
  auth: 'user',
  action: 'platform.admin',
  audit: 'admin.chain_update',
  params,
  body: z.object({ display_name: text(100, 1).optional(), ...fields }),
  status: 200,
  reply: AdminChain,
  problems: [403, 404],
})

export const deleteChain = endpoint({
  id: 'chains.delete',
  method: 'DELETE',
  path: '/v1/admin/chains/{chain_id}',
  summary: 'Remove a chain. For platform administrators.',
  description:
    '`chain_id` in the path is the UUID. Transactions already sent on it remain listed. A built-in chain can be added again.',
  auth: 'user',
  action: 'platform.admin',
  audit: 'admin.chain_delete',
  params,
  status: 204,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const chainsEndpoints = [
  listChains,
  getChain,
  chainBalance,
  adminListChains,
  createChain,
  updateChain,
  deleteChain,
] as const
