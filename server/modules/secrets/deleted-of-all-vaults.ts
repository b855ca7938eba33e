import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { listAllDeletedSecrets } from '../../../src/contract/secrets/deletions.ts'
import { keyCursor, PAGE_ITEMS, type PageQuery } from '../../http/paging.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { deletedBody } from './body.ts'
import type { SecretDeletion } from './deletion.ts'
import { type ReadableVaultsDeps, readableVaults } from './readable-vaults.ts'

export interface DeletedOfAllVaultsDeps extends ReadableVaultsDeps {
  readonly deletion: Pick<SecretDeletion, 'deletedIn'>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
}

type Page = ReplyOf<typeof listAllDeletedSecrets>

export type DeletedOfAllVaults = ReturnType<typeof deletedOfAllVaults>

/** Deleted secrets of all vaults that can still be restored, vault by vault. */
export function deletedOfAllVaults({ deletion, record, ...deps }: DeletedOfAllVaultsDeps) {
  const { vaultsOf, readable } = readableVaults(deps)

  return async (grant: Grant<'secret.list-all'>, query: PageQuery): Promise<Page> => {
    const page = await pageOf(grant, query)
    const details = { deleted: true, count: page.secrets.length }
    await record([grantEvent(grant, 'secret.list', { resourceType: 'org', resourceId: grant.orgId, details })])
    return page
  }

  async function pageOf(all: Grant<'secret.list-all'>, { limit = PAGE_ITEMS, cursor }: PageQuery): Promise<Page> {
    const [at = '', after] = keyCursor.read(cursor)?.split(' ') ?? []
    const secrets: Page['secrets'] = []
    const cut = (): Page => {
      const last = secrets.at(-1)
      return last ? { secrets, next_cursor: keyCursor.of(`${last.vault_id} ${last.path}`) } : { secrets }
    }
    for (const { id, name } of await vaultsOf(all)) {
      const grant = id < at ? undefined : await readable(all, id)
      if (!grant) continue
      const rest = { limit: limit + 1 - secrets.length, ...(id === at && after !== undefined && { cursor: keyCursor.of(after) }) }
      const { rows, next_cursor: next } = await deletion.deletedIn(grant, rest)
      for (const row of rows) {
        if (secrets.length === limit) return cut()
        secrets.push({ ...deletedBody(row), vault_id: id, vault_name: name })
      }
      if (next !== undefined) return cut()
    }
    return { secrets }
  }
}
