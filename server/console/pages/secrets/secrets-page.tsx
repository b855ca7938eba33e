import { useState } from 'react'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor } from '../../ui/data/query.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import type { Vault } from '../vaults/vault.ts'
import { VaultTabs } from '../vaults/vault-tabs.tsx'
import { around } from './folders.ts'
import { NewSecret } from './new-secret.tsx'
import { NewSigningKey } from './new-signing-key.tsx'
import { Refused } from './refused.tsx'
import { SecretList } from './secret-list.tsx'

/** `/vaults/<id>` and `/vaults/<id>/folders/…`: the secrets of a vault that the person may read, folder by folder. */
export function SecretsPage({ vault, folder }: { vault: Vault; folder: string }) {
  const [making, setMaking] = useState<'secret' | 'key' | null>(null)
  useAskedFor('new', what => setMaking(what === 'key' ? 'key' : 'secret'))
  const secrets = useLoaded(client =>
    client.call('secrets.list', { params: { vault_id: vault.id }, query: { include: 'usage' } }).then(({ secrets }) => secrets),
  )
  const close = () => setMaking(null)
  const prefix = folder === '' ? '' : `${folder}/`
  return (
    <Page
      title={folder === '' ? vault.name : prefix}
      within={folder === '' ? [{ label: 'Vaults', to: '/vaults' }] : around(vault, folder)}
      actions={
        <>
          <Button onClick={() => setMaking('key')}>New signing key</Button>
          <Button kind="primary" onClick={() => setMaking('secret')}>
            New secret
          </Button>
        </>
      }
    >
      <VaultTabs of={vault} here="secrets" folder={folder} />
      <LoadedView
        of={secrets}
        what="the secrets"
        instead={({ code }) =>
          code === 'policy.denied' ? (
            <Refused vault={vault} permission="read" pattern={folder === '' ? '**' : `${folder}/**`} onGranted={secrets.reload} />
          ) : undefined
        }
      >
        {all => <SecretList key={folder} vault={vault} secrets={all} folder={folder} />}
      </LoadedView>
      {making === 'secret' && <NewSecret vault={vault} prefix={prefix} onClose={close} onSigningKey={() => setMaking('key')} />}
      {making === 'key' && <NewSigningKey vault={vault} onClose={close} />}
    </Page>
  )
}
