import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Page } from '../../../ui/layout/page.tsx'
import { Refused } from '../../secrets/refused.tsx'
import type { Vault } from '../vault.ts'
import { VaultTabs } from '../vault-tabs.tsx'
import { DeletedTable } from './deleted-table.tsx'

/** `/vaults/<name>/deleted`: the deleted secrets of the vault that can still be restored. */
export function DeletedSecretsPage({ vault }: { vault: Vault }) {
  const deleted = useLoaded(client => client.call('secrets.deleted', { params: { vault_id: vault.id } }))
  return (
    <Page title={vault.name} view="Deleted" within={[{ label: 'Vaults', to: '/vaults' }]}>
      <VaultTabs of={vault} here="deleted" />
      <LoadedView
        of={deleted}
        what="the deleted secrets"
        instead={({ code }) =>
          code === 'policy.denied' ? (
            <Refused vault={vault} permission="read" pattern="**" onGranted={deleted.reload} />
          ) : undefined
        }
      >
        {({ secrets }) => <DeletedTable rows={secrets.map(each => ({ ...each, vault }))} onChanged={deleted.reload} />}
      </LoadedView>
    </Page>
  )
}
