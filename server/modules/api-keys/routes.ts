import { createApiKey, listApiKeys, revokeApiKey } from '../../../src/contract/api-keys.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/page.ts'
import type { ApiKeys } from './service.ts'

export function apiKeyRoutes(mount: Mount, keys: ApiKeys): void {
  mount(createApiKey, async ({ actor, body, visitor }) => keys.create(actor, body, visitor))
  mount(listApiKeys, async ({ actor, query }) =>
    pageReply('keys', await keys.list(actor), query, { idOf: ({ id }) => id, body: key => key }),
  )
  mount(revokeApiKey, async ({ actor, params, visitor }) => {
    await keys.revoke(actor, params.key_id, visitor)
    return undefined
  })
}
