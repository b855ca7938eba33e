import type { Client } from '../../../../src/client/client.ts'
import { isServers } from '../../address.ts'
import { problemOf } from '../../failure.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { type Deleted, DeletedTable } from '../vaults/deleted/deleted-table.tsx'
import { SecretTabs } from './secret-tabs.tsx'

/** `/secrets/deleted`: what was deleted in all vaults and can still come back. */
export function AllDeletedPage() {
  const deleted = useLoaded(allDeleted)
  return (
    <Page title="Secrets" view="Deleted">
      <SecretTabs here="/secrets/deleted" />
      <NamesHere>
        <LoadedView of={deleted} what="what was deleted">
          {rows => <DeletedTable rows={rows} across onChanged={deleted.reload} />}
        </LoadedView>
      </NamesHere>
    </Page>
  )
}

/** A vault in which the person can read nothing has nothing to show here. */
async function allDeleted(client: Client): Promise<Deleted[]> {
  const { vaults } = await client.call('vaults.list')
  const found = await Promise.all(
    vaults
      .filter(vault => !isServers(vault))
      .map(vault =>
        client.call('secrets.deleted', { params: { vault_id: vault.id } }).then(
          ({ secrets }) => secrets.map(secret => ({ ...secret, vault })),
          (thrown: unknown) => {
            if (problemOf(thrown).status === 403) return []
            throw thrown
          },
        ),
      ),
  )
  return found.flat()
}
