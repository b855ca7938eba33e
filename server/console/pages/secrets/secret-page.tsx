import { type ReactNode, useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { EnterKey } from '../vaults/customer-key/enter-key.tsx'
import { useMissesKey } from '../vaults/customer-key/missing-key.tsx'
import type { Vault } from '../vaults/vault.ts'
import { AboutSecret } from './about-secret.tsx'
import { SecretAccess } from './access/secret-access.tsx'
import { DeleteSecret } from './delete-secret.tsx'
import { DeletedSecret } from './deleted-secret.tsx'
import { around } from './folders.ts'
import { NewVersion } from './new-version.tsx'
import { ProviderKey } from './provider-key.tsx'
import { Refused } from './refused.tsx'
import { RotateSecret } from './rotate-secret.tsx'
import { providerKeyOf, type Summary, troubleOf } from './secret.ts'
import { ShareSecret } from './share-secret.tsx'
import { SecretValue } from './value/secret-value.tsx'
import { Versions } from './versions/versions.tsx'

type Doing = 'write' | 'rotate' | 'share' | 'delete'

/** `/vaults/<id>/secrets/<path>`: one secret. Its value is not requested until somebody wants to see it. */
export function SecretPage({ vault, path }: { vault: Vault; path: string }) {
  const [doing, setDoing] = useState<Doing | null>(null)
  const versions = useLoaded(client =>
    client
      .call('secrets.versions', { params: { vault_id: vault.id, path }, query: { include: 'usage' } })
      .then(({ versions }) => versions),
  )
  const newest = versions.state.at === 'loaded' ? versions.state.value[0] : undefined
  const key = newest && providerKeyOf(newest)
  const close = () => setDoing(null)
  const instead = ({ code, status }: Problem): ReactNode | undefined => {
    if (code === 'policy.denied') {
      return <Refused vault={vault} permission="read" pattern={path} onGranted={versions.reload} />
    }
    return status === 404 ? <Nothing>There is no secret at this path.</Nothing> : undefined
  }
  return (
    <Page
      title={path}
      within={around(vault, path)}
      actions={
        <>
          {newest && !key && <Button onClick={() => setDoing('share')}>Share</Button>}
          {newest && !key && <Button onClick={() => setDoing('rotate')}>Rotate</Button>}
          {!key && (
            <Button kind={newest && isOver(newest) ? 'primary' : 'plain'} onClick={() => setDoing('write')}>
              New version
            </Button>
          )}
        </>
      }
    >
      <LoadedView of={versions} what="the secret" instead={instead}>
        {([first, ...older]) =>
          first ? (
            <>
              <Present vault={vault} newest={first} versions={[first, ...older]} reload={versions.reload} />
              <Panel title="Delete" actions={<Button onClick={() => setDoing('delete')}>Delete</Button>}>
                <p className="quiet">Deletes every version. You can restore them for a while, under “Deleted” in the vault.</p>
              </Panel>
            </>
          ) : (
            <DeletedSecret vault={vault} path={path} onRestored={versions.reload} />
          )
        }
      </LoadedView>
      {doing === 'write' && <NewVersion vault={vault} path={path} previous={newest} onClose={close} onDone={versions.reload} />}
      {doing === 'rotate' && (
        <RotateSecret vault={vault} path={path} newest={newest?.version} onClose={close} onDone={versions.reload} />
      )}
      {doing === 'share' && newest && <ShareSecret secret={newest} onClose={close} />}
      {doing === 'delete' && <DeleteSecret vault={vault} path={path} isKey={key !== undefined} onClose={close} />}
    </Page>
  )
}

/** Its value can no longer be read. */
function isOver(secret: Summary): boolean {
  const trouble = troubleOf(secret, Date.now())
  return trouble !== undefined && trouble !== 'Expires soon'
}

function Nothing({ children }: { children: string }) {
  return <p className="empty">{children}</p>
}

interface PresentProps {
  vault: Vault
  newest: Summary
  versions: readonly Summary[]
  reload(): Promise<void>
}

function Present({ vault, newest, versions, reload }: PresentProps) {
  const key = providerKeyOf(newest)
  const needsKey = useMissesKey(vault)
  return (
    <>
      {needsKey && (
        <Panel title="Customer key">
          <p>
            The values of this vault are encrypted with a key that the server does not have. Enter it to reveal or write them.
          </p>
          <EnterKey vault={vault} />
        </Panel>
      )}
      <Panel title={key ? 'Signing key' : 'Value'}>
        {key ? (
          <ProviderKey {...key} />
        ) : (
          <SecretValue key={newest.version} vaultId={vault.id} version={newest} onRead={reload} />
        )}
      </Panel>
      <SecretAccess vault={vault} secret={newest} />
      <Panel title="Details">
        <AboutSecret of={newest} />
      </Panel>
      <Panel title="Versions">
        <Versions vault={vault} versions={versions} reload={reload} />
      </Panel>
    </>
  )
}
