import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Client } from '../../../src/client/client.ts'
import { Problem } from '../../../src/problem.ts'
import { isUuid } from '../../../src/uuid.ts'
import { vaultAddress } from '../address.ts'
import { RequestAccess } from '../pages/access-requests/request-access.tsx'
import { PoliciesPage } from '../pages/policies/policies-page.tsx'
import { SecretPage } from '../pages/secrets/secret-page.tsx'
import { SecretsPage } from '../pages/secrets/secrets-page.tsx'
import { VaultAccessPage } from '../pages/vaults/access/vault-access-page.tsx'
import { CustomerKeyPage } from '../pages/vaults/customer-key/customer-key-page.tsx'
import { DeletedSecretsPage } from '../pages/vaults/deleted/deleted-secrets-page.tsx'
import type { Vault } from '../pages/vaults/vault.ts'
import { VaultsPage } from '../pages/vaults/vaults-page.tsx'
import { LoadedView } from '../ui/data/loaded.tsx'
import { useLoaded } from '../ui/data/use-loaded.ts'
import { Page } from '../ui/layout/page.tsx'
import { navigate } from '../ui/location.ts'
import { NamesHere } from '../ui/people/names.tsx'

/** `/vaults` and everything below it. A vault is addressed by its name, or by its id, which is replaced by the name once it is known. */
export function VaultPages({ rest: [called, ...rest] }: { rest: readonly string[] }) {
  const [found, setFound] = useState<{ readonly asked: string; readonly vault: Vault }>()
  if (called === undefined) return <VaultsPage />
  // The same vault under its other name is not loaded again.
  const asked = found && isCalled(found.vault, called) ? found.asked : called
  return (
    <NamesHere key={asked}>
      <InVault asked={asked} called={called} rest={rest} onFound={vault => setFound({ asked, vault })} />
    </NamesHere>
  )
}

function isCalled({ id, name }: Vault, called: string): boolean {
  return id === called || name.toLowerCase() === called.toLowerCase()
}

async function vaultCalled(client: Client, called: string): Promise<Vault> {
  if (isUuid(called)) return client.call('vaults.get', { params: { vault_id: called } })
  const { vaults } = await client.call('vaults.list')
  const found = vaults.find(vault => isCalled(vault, called))
  if (!found) throw new Problem('resource.unknown', `There is no vault named ${called}.`)
  return found
}

interface InVaultProps {
  asked: string
  called: string
  rest: readonly string[]
  onFound(vault: Vault): void
}

function InVault({ asked, called, rest, onFound }: InVaultProps) {
  // Once found, it is requested by its id, which survives a rename.
  const id = useRef<string>(undefined)
  const vault = useLoaded(client => vaultCalled(client, id.current ?? asked))
  const found = vault.state.at === 'loaded' ? vault.state.value : undefined
  id.current = found?.id ?? id.current
  const latest = useRef(onFound)
  latest.current = onFound
  // biome-ignore lint/correctness/useExhaustiveDependencies: `called` is what the address says.
  useEffect(() => {
    if (!found) return
    latest.current(found)
    const { pathname, search, hash } = location
    const below = pathname.split('/').slice(3)
    const address = [vaultAddress(found), ...below].join('/')
    if (address !== pathname) navigate(address + search + hash, 'replace')
  }, [found, called])
  return (
    <LoadedView
      of={vault}
      what="the vault"
      instead={({ status }) =>
        status === 404 || status === 400 ? (
          <NoVault />
        ) : status === 403 ? (
          <HiddenVault id={asked} asked={askedFor(rest)} onApproved={() => void vault.reload()} />
        ) : undefined
      }
    >
      {shown => pageOf(shown, rest, vault.reload) ?? <NoVault />}
    </LoadedView>
  )
}

function pageOf(vault: Vault, [kind, ...segments]: readonly string[], reload: () => Promise<void>): ReactNode | undefined {
  const path = segments.join('/')
  switch (kind) {
    case undefined:
      return <SecretsPage vault={vault} folder="" onRenamed={reload} />
    case 'folders':
      return <SecretsPage vault={vault} folder={path} onRenamed={reload} />
    case 'secrets':
      return path === '' ? (
        <SecretsPage vault={vault} folder="" onRenamed={reload} />
      ) : (
        <SecretPage key={path} vault={vault} path={path} />
      )
    case 'policies':
      return path === '' ? <PoliciesPage vault={vault} /> : undefined
    case 'access':
      return <VaultAccessPage key={path} vault={vault} folder={path} />
    case 'deleted':
      return path === '' ? <DeletedSecretsPage vault={vault} /> : undefined
    case 'customer-key':
      return path === '' ? <CustomerKeyPage vault={vault} reload={reload} /> : undefined
    default:
      return undefined
  }
}

const VAULTS = [{ label: 'Vaults', to: '/vaults' }]

function NoVault() {
  return (
    <Page title="There is no such vault" within={VAULTS}>
      <p>It may have been deleted or renamed, or you have no access to it. Ask an owner or admin for access.</p>
    </Page>
  )
}

/** The paths that an address is about, as a pattern; empty for the whole vault. */
function askedFor([kind, ...segments]: readonly string[]): string {
  const path = segments.join('/')
  if (path === '') return ''
  return kind === 'secrets' ? path : kind === 'folders' ? `${path}/**` : ''
}

interface HiddenVaultProps {
  id: string
  asked: string
  onApproved(): void
}

function HiddenVault({ id, asked, onApproved }: HiddenVaultProps) {
  return (
    <Page title="This vault is not open to you" within={VAULTS}>
      <p>No policy gives you access to it. Owners, admins and the vault’s creator can add one.</p>
      <div className="actions">
        <RequestAccess vaultId={id} permission="read" pattern={asked} onApproved={onApproved} />
      </div>
    </Page>
  )
}
