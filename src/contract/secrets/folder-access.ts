import { z } from 'zod'
import { SECRET_PATH_MAX } from '../../path-pattern.ts'
import { PERMISSIONS } from '../policies.ts'
import { endpoint } from '../schema/endpoint.ts'
import { text, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'

export const folderAccess = endpoint({
  id: 'policies.folder-access',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/folder-access',
  summary:
    'Count, for every member and agent of the organisation, the secrets in each folder of a vault that they have a permission on.',
  description:
    'The decision is that of `access`, made for each secret whose path begins with `prefix`. `folders` are the segments that follow it, with their slash; the name is empty for the secrets directly in it. `secrets` of a principal has a number for each folder, in its order. At most 5,000 secrets and 200 folders; more is 400: name a longer `prefix`. Agents come first, by name, then people, by address.',
  auth: 'user-or-agent',
  action: 'policy.list',
  audit: 'policy.explain',
  params: z.object({ vault_id: Uuid }),
  query: z.object({
    ...pageQuery,
    /** Ends with a slash, or is empty. */
    prefix: text(SECRET_PATH_MAX).optional(),
    /** `read` if absent. */
    permission: z.enum(PERMISSIONS).optional(),
    ip: text(64).optional(),
  }),
  status: 200,
  reply: z.object({
    prefix: z.string(),
    permission: z.string(),
    folders: z.array(z.object({ name: z.string(), secrets: z.int() })),
    principals: z.array(
      z.object({
        principal_type: z.enum(['user', 'agent']),
        principal_id: z.string(),
        name: z.string(),
        secrets: z.array(z.int()),
      }),
    ),
    ...nextCursor,
  }),
  problems: [400, 403, 404],
})

/** The operations of this file, for the endpoint table. */
export const folderAccessEndpoints = [folderAccess] as const
