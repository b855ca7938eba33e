import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { text, Uuid } from '../schema/fields.ts'
import { DAY } from '../schema/forms.ts'
import { nextCursor } from '../schema/pages.ts'

const Day = z.string().regex(DAY)

export const agentSpending = endpoint({
  id: 'agents.spending',
  method: 'GET',
  path: '/v1/agents/spending',
  summary: 'Sum up what agents sent on each day, and what they spent in the last 24 hours.',
  description:
    'Covers at most 90 UTC days, both ends included; the last 14 by default. A transaction belongs to the day of its `created_at`. All count except those with the status `failed` or `simulation_failed`; fees are not part of `value_eth`. `spent_24h_eth` is what counts against `tx_daily_limit_eth` now, fees included, whatever the days. Amounts are exact decimal strings in the native unit of whatever chain. Only agents that have transactions on these days are listed, by id, and only days with transactions. `limit` is the number of agents, at most 200 (default: 100). Owners and admins get all agents, members those that they registered, an agent itself; other agents are 403 as `agent_id`.',
  auth: 'user-or-agent',
  action: 'transaction.sum',
  problems: [403, 404],
  audit: null,
  query: z.strictObject({
    from: Day.optional(),
    to: Day.optional(),
    agent_id: Uuid.optional(),
    limit: z.int().min(1).max(200).optional(),
    cursor: text(1200).optional(),
  }),
  status: 200,
  reply: z.object({
    from: z.string(),
    to: z.string(),
    agents: z.array(
      z.object({
        agent_id: Uuid,
        /** The sum of the days. */
        value_eth: z.string(),
        spent_24h_eth: z.string(),
        /** The part of it that no block contains yet, at its highest cost. */
        reserved_24h_eth: z.string(),
        days: z.array(
          z.object({
            day: z.string(),
            value_eth: z.string(),
            transactions: z.int(),
          }),
        ),
      }),
    ),
    ...nextCursor,
  }),
})

/** The operations of this file, for the endpoint table. */
export const spendingEndpoints = [agentSpending] as const
