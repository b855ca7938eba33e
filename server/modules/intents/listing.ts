import type { getTransaction, listTransactions } from '../../../src/contract/intents/transactions.ts'
import type { QueryOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { dayOf, invalidField } from '../../http/checks.ts'
import { fitting } from '../../http/paging.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { IntentStore } from '../../stores/intents/intents.ts'
import { type TransactionBody, transactionBody } from './body.ts'
import { guardrailsOf, remaining } from './lifecycle/guardrails.ts'
import { spentLately } from './lifecycle/spending.ts'
import type { Chains } from './ports.ts'

export interface ListingDeps {
  readonly database: Database<{ intents: IntentStore; agents: AgentStore }>
  readonly chains: Pick<Chains, 'byChainId'>
  readonly clock: () => number
}

export type Listing = ReturnType<typeof listing>

const DEFAULT_LIMIT = 200
/** The maximum number of raw transactions in a page: they can be long. */
const MAX_SIGNED = 100

/** An agent's transactions, for itself and the people responsible for it. */
export function listing({ database, chains, clock }: ListingDeps) {
  const explorerUrl = async (chainId: number) => (await chains.byChainId(chainId))?.explorerUrl

  return {
    async list({ resource, orgId }: Grant<'transaction.read'>, query: QueryOf<typeof listTransactions>) {
      const signed = isSet(query.include_signed_tx)
      const limit = Math.min(query.limit ?? DEFAULT_LIMIT, signed ? MAX_SIGNED : Number.POSITIVE_INFINITY)
      const day = query.day === undefined ? undefined : dayOf('day', query.day)
      const page = { orgId, agentId: resource.agentId, before: cursorOf(query.cursor), status: query.status, day, signed }
      // One more than requested, to know whether there is a next page.
      const [rows, left] = await database.read(async ({ intents, agents }) => {
        const rails = await agents.byId(orgId, resource.agentId)
        const spent = await spentLately(intents, resource.agentId, clock())
        return [await intents.page({ ...page, limit: limit + 1 }), rails && remaining(guardrailsOf(rails), spent)] as const
      })
      const all = await Promise.all(
        rows
          .slice(0, limit)
          .map(async row => transactionBody(row, { explorerUrl: await explorerUrl(row.chain_id), remaining: undefined, signed })),
      )
      const transactions = fitting(all)
      const last = rows[transactions.length - 1]
      return {
        transactions: [...transactions],
        ...(rows.length > transactions.length && last && { next_cursor: String(last.seq) }),
        ...(left !== undefined && { remaining_daily_allowance_eth: left }),
      }
    },

    async get(
      { resource, orgId }: Grant<'transaction.read'>,
      id: string,
      query: QueryOf<typeof getTransaction>,
    ): Promise<TransactionBody> {
      const row = await database.read(({ intents }) => intents.byId(orgId, resource.agentId, id))
      if (!row) throw new Problem('resource.unknown', 'This agent has no transaction with this id.')
      const signed = isSet(query.include_signed_tx)
      return transactionBody(row, { explorerUrl: await explorerUrl(row.chain_id), remaining: undefined, signed })
    },
  }
}

function isSet(flag: 'true' | 'false' | '1' | '0' | undefined): boolean {
  return flag === 'true' || flag === '1'
}

function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (!/^\d{1,15}$/.test(cursor)) throw invalidField('cursor', 'is not a next_cursor')
  return Number(cursor)
}
