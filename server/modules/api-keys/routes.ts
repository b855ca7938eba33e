import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '../../../src/contract/api-keys.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { ApiKeys } from './service.ts'

export function apiKeyRoutes(mount: Mount, keys: ApiKeys): void {
  mount(createApiKey, async ({ actor, body, visitor }) => keys.create(actor, body, visitor))
  mount(listApiKeys, async ({ actor, query }) =>
    pageReply('keys', await keys.list(actor), query, { idOf: ({ id }) => id, body: key => key }),
  )
  mount(rotateApiKey, async ({ actor, params, body, visitor }) => keys.rotate(actor, params.key_id, body.keep_old_until, visitor))
  mount(revokeApiKey, async ({ actor, params, visitor }) => {
    await keys.revoke(actor, params.key_id, visitor)
    return undefined
  })
}
