import { useState } from 'react'
import { isServers } from '../../address.ts'
import { manages } from '../../session/session.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor } from '../../ui/data/query.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { RenameVault } from '../vaults/rename-vault.tsx'
import type { Vault } from '../vaults/vault.ts'
import { VaultTabs } from '../vaults/vault-tabs.tsx'
import { around, lastWritten, within } from './folders.ts'
import { NewSecret } from './new-secret.tsx'
import { NewSigningKey } from './new-signing-key.tsx'
import { Refused } from './refused.tsx'
import type { Summary } from './secret.ts'
import { SecretList } from './secret-list.tsx'

interface SecretsPageProps {
  vault: Vault
  /** `''` is the whole vault. */
  folder: string
  onRenamed(): Promise<void>
}

/** `/vaults/<id>` and `/vaults/<id>/folders/…`: the secrets of a vault that the person may read, folder by folder. */
export function SecretsPage({ vault, folder, onRenamed }: SecretsPageProps) {
  const [making, setMaking] = useState<'secret' | 'key' | 'vault' | null>(null)
  useAskedFor('new', what => setMaking(what === 'key' ? 'key' : 'secret'))
  const secrets = useLoaded(client =>
    client.call('secrets.list', { params: { vault_id: vault.id }, query: { include: 'usage' } }).then(({ secrets }) => secrets),
  )
  const close = () => setMaking(null)
  const { account } = useSignedIn()
  const prefix = folder === '' ? '' : `${folder}/`
  return (
    <Page
      title={folder === '' ? vault.name : prefix}
      within={folder === '' ? [{ label: 'Vaults', to: '/vaults' }] : around(vault, folder)}
      actions={
        <>
          {folder === '' && manages(account, vault) && !isServers(vault) && (
            <Button onClick={() => setMaking('vault')}>
              Edit<span className="only-heard"> the vault</span>
            </Button>
          )}
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
        {all => (
          <>
            <Contents of={all} folder={folder} />
            <SecretList key={folder} vault={vault} secrets={all} folder={folder} />
          </>
        )}
      </LoadedView>
      {making === 'secret' && <NewSecret vault={vault} prefix={prefix} onClose={close} onSigningKey={() => setMaking('key')} />}
      {making === 'key' && <NewSigningKey vault={vault} onClose={close} />}
      {making === 'vault' && <RenameVault vault={vault} onClose={close} onDone={onRenamed} />}
    </Page>
  )
}

/** How much is there, and how fresh it is. */
function Contents({ of, folder }: { of: readonly Summary[]; folder: string }) {
  const inside = within(of, folder)
  if (inside.length === 0) return null
  return (
    <p className="quiet">
      {inside.length === 1 ? '1 secret' : `${inside.length.toLocaleString()} secrets`}, last written{' '}
      <When instant={lastWritten(inside)} inSentence />.
    </p>
  )
}
