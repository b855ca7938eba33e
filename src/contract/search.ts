import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { text, Uuid } from './schema/fields.ts'
import { KINDS } from './schema/forms.ts'
import { nextCursor } from './schema/pages.ts'

export const FOUND_KINDS = ['vault', 'agent', 'person', 'policy', 'secret'] as const

export const findNames = endpoint({
  id: 'search.find',
  method: 'GET',
  path: '/v1/search',
  summary: 'Find secrets, vaults, agents, people and policies by name.',
  description:
    'Searches everything that the caller can list, in all vaults of the organisation. Never returns a value. `q` is words or parts of words in any order, with at most one typo in a word of five letters or more; without it, everything matches. `kinds` is a list of kinds, separated by commas. The order is vaults, agents, people, policies, secrets, each in the order of its list; the client ranks them. `limit` is at most 5000 (default: 1000). A page can be shorter than `limit`, or empty, and there are more as long as it has a `next_cursor`, because the work of one request is limited.',
  auth: 'user-or-agent',
  action: 'search.find',
  audit: 'search.find',
  query: z.object({
    q: text(64).optional(),
    kinds: z.string().max(64).regex(KINDS).optional(),
    limit: z.int().min(1).max(5000).optional(),
    cursor: text(1200).optional(),
  }),
  status: 200,
  reply: z.object({
    results: z.array(
      z.object({
        kind: z.enum(FOUND_KINDS),
        id: z.string(),
        /** The path of a secret, the pattern of a policy, the address of a person. */
        name: z.string(),
        /** The display name of a person, the type of a secret, or the principal of a policy (`agent:<id>`). */
        about: z.string().optional(),
        vault_id: Uuid.optional(),
        vault_name: z.string().optional(),
      }),
    ),
    ...nextCursor,
  }),
})

/** The operations of this file, for the endpoint table. */
export const searchEndpoints = [findNames] as const
