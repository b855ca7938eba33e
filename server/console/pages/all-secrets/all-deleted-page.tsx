import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { DeletedTable } from '../vaults/deleted/deleted-table.tsx'
import { SecretTabs } from './secret-tabs.tsx'

/** `/secrets/deleted`: everything deleted in all vaults that can still be restored. */
export function AllDeletedPage() {
  const deleted = useLoaded(client => client.call('secrets.deleted-all'))
  return (
    <Page title="Secrets" view="Deleted">
      <SecretTabs here="/secrets/deleted" />
      <NamesHere>
        <LoadedView of={deleted} what="the deleted secrets">
          {({ secrets }) => (
            <DeletedTable
              rows={secrets.map(each => ({ ...each, vault: { id: each.vault_id, name: each.vault_name } }))}
              across
              onChanged={deleted.reload}
            />
          )}
        </LoadedView>
      </NamesHere>
    </Page>
  )
}
