import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import type { createChain, updateChain } from '../../../src/contract/intents/chains.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { invalidField } from '../../http/checks.ts'
import { isForbidden } from '../../http/outbound.ts'
import { type EventDetails, grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ChainStore, StoredChain } from '../../stores/chains.ts'
import { type Chain, type ChainDirectory, isNamed, registeredChains, urlsOf } from './directory.ts'

export interface ChainDeps {
  readonly database: Database<{ chains: ChainStore; audit: AuditStore }>
  readonly directory: ChainDirectory
  readonly clock: () => number
}

type AdminGrant = Grant<'platform.admin'>
export type Chains = ReturnType<typeof chains>

/** Changes of the chains by platform administrators. */
export function chains({ database, directory, clock }: ChainDeps) {
  const known = async (id: string): Promise<Chain> => {
    const chain = (await directory.all()).find(each => each.id === id)
    if (!chain) throw new Problem('resource.unknown', 'There is no chain with this id.')
    return chain
  }

  return {
    async create(grant: AdminGrant, body: BodyOf<typeof createChain>): Promise<Chain> {
      checkUrls(body)
      const name = body.name.toLowerCase()
      const taken = (await directory.all()).find(chain => chain.chainId === body.chain_id || isNamed(chain, name))
      if (taken) throw alreadyThere(`${taken.name} (${taken.chainId})`)
      const now = clock()
      const row: StoredChain = {
        // A chain of the registry that was removed comes back under its own id.
        id: registeredChains().find(chain => chain.chainId === body.chain_id)?.id ?? randomUUID(),
        chain_id: body.chain_id,
        name,
        display_name: body.display_name,
        rpc_url: body.rpc_url || null,
        rpc_timeout_ms: body.rpc_timeout_ms ?? null,
        ws_url: body.ws_url || null,
        explorer_url: body.explorer_url || null,
        native_currency: body.native_currency ?? 'ETH',
        is_testnet: body.is_testnet ?? false,
        is_enabled: body.is_enabled ?? true,
        is_removed: false,
        created_at: now,
        updated_at: now,
      }
      await write(grant, 'admin.chain_create', row, async store => {
        await store.remove(row.id)
        await store.add(row)
      })
      return known(row.id)
    },

    async update(grant: AdminGrant, id: string, body: BodyOf<typeof updateChain>): Promise<Chain> {
      checkUrls(body)
      const chain = await known(id)
      const fields = {
        ...(body.display_name !== undefined && { display_name: body.display_name }),
        ...(body.rpc_url !== undefined && { rpc_url: body.rpc_url || null }),
        ...(body.rpc_timeout_ms !== undefined && { rpc_timeout_ms: body.rpc_timeout_ms }),
        ...(body.ws_url !== undefined && { ws_url: body.ws_url || null }),
        ...(body.explorer_url !== undefined && { explorer_url: body.explorer_url || null }),
        ...(body.native_currency !== undefined && { native_currency: body.native_currency }),
        ...(body.is_testnet !== undefined && { is_testnet: body.is_testnet }),
        ...(body.is_enabled !== undefined && { is_enabled: body.is_enabled }),
        updated_at: clock(),
      }
      await write(grant, 'admin.chain_update', { ...rowOf(chain, clock()), ...fields }, async store => {
        if (!(await store.update(id, fields))) await store.add({ ...rowOf(chain, clock()), ...fields })
      })
      return known(id)
    },

    /** Hides a built-in chain with a marker; deletes any other. */
    async remove(grant: AdminGrant, id: string): Promise<void> {
      const chain = await known(id)
      const row = { ...rowOf(chain, clock()), is_removed: true }
      const isRegistered = registeredChains().some(each => each.id === id)
      await write(grant, 'admin.chain_delete', row, async store => {
        await store.remove(id)
        if (isRegistered) await store.add(row)
      })
    },
  }

  async function write(
    grant: AdminGrant,
    action: string,
    row: StoredChain,
    change: (store: ChainStore) => Promise<void>,
  ): Promise<void> {
    const details: EventDetails = { name: row.name, chain_id: row.chain_id, enabled: row.is_enabled }
    try {
      await database.run(async stores => {
        await change(stores.chains)
        await stores.audit.append([grantEvent(grant, action, { resourceType: 'chain', resourceId: row.id, details })], clock())
      })
    } catch (error) {
      throw isUniqueViolation(error) ? alreadyThere(`${row.name} (${row.chain_id})`) : error
    }
  }
}

function rowOf(chain: Chain, now: number): StoredChain {
  return {
    id: chain.id,
    chain_id: chain.chainId,
    name: chain.name,
    display_name: chain.displayName,
    rpc_url: chain.rpcUrls.join(' ') || null,
    rpc_timeout_ms: chain.rpcTimeoutMs ?? null,
    ws_url: chain.wsUrl ?? null,
    explorer_url: chain.explorerUrl ?? null,
    native_currency: chain.currency,
    is_testnet: chain.isTestnet,
    is_enabled: chain.isEnabled,
    is_removed: false,
    created_at: chain.createdAt,
    updated_at: now,
  }
}

function alreadyThere(what: string): Problem {
  return new Problem('resource.conflict', `A chain ${what} already exists.`)
}

const MAX_URLS = 10

/** @throws Problem `request.invalid` for a URL that could never be used. A name is checked each time it is resolved. */
function checkUrls({ rpc_url, ws_url, explorer_url }: BodyOf<typeof updateChain>): void {
  const rpc = urlsOf(rpc_url ?? '')
  if (rpc.length > MAX_URLS) throw invalidField('rpc_url', `may hold at most ${MAX_URLS} URLs`)
  for (const url of rpc) checkUrl('rpc_url', url, ['http:', 'https:'])
  if (ws_url) checkUrl('ws_url', ws_url, ['ws:', 'wss:'])
  if (explorer_url) checkUrl('explorer_url', explorer_url, ['http:', 'https:'])
}

function checkUrl(field: string, text: string, protocols: readonly string[]): void {
  const url = URL.parse(text)
  if (!url || !protocols.includes(url.protocol)) {
    throw invalidField(field, `must be ${protocols.map(each => each.slice(0, -1)).join(' or ')} URLs`)
  }
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && isForbidden(literal)) throw invalidField(field, 'is an address that is never contacted')
}
