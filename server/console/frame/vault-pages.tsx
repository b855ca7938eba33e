import type { ReactNode } from 'react'
import { PoliciesPage } from '../pages/policies/policies-page.tsx'
import { RequestAccess } from '../pages/requests/request-access.tsx'
import { SecretPage } from '../pages/secrets/secret-page.tsx'
import { SecretsPage } from '../pages/secrets/secrets-page.tsx'
import { CustomerKeyPage } from '../pages/vaults/customer-key/customer-key-page.tsx'
import type { Vault } from '../pages/vaults/vault.ts'
import { VaultsPage } from '../pages/vaults/vaults-page.tsx'
import { LoadedView } from '../ui/data/loaded.tsx'
import { useLoaded } from '../ui/data/use-loaded.ts'
import { Page } from '../ui/layout/page.tsx'
import { NamesHere } from '../ui/people/names.tsx'

/** `/vaults` and everything below it. */
export function VaultPages({ rest: [id, ...rest] }: { rest: readonly string[] }) {
  if (id === undefined) return <VaultsPage />
  return (
    <NamesHere key={id}>
      <InVault id={id} rest={rest} />
    </NamesHere>
  )
}

function InVault({ id, rest }: { id: string; rest: readonly string[] }) {
  const vault = useLoaded(client => client.call('vaults.get', { params: { vault_id: id } }))
  return (
    <LoadedView
      of={vault}
      what="the vault"
      instead={({ status }) =>
        status === 404 || status === 400 ? (
          <NoVault />
        ) : status === 403 ? (
          <HiddenVault id={id} asked={askedFor(rest)} />
        ) : undefined
      }
    >
      {found => pageOf(found, rest, vault.reload) ?? <NoVault />}
    </LoadedView>
  )
}

function pageOf(vault: Vault, [kind, ...segments]: readonly string[], reload: () => Promise<void>): ReactNode | undefined {
  const path = segments.join('/')
  switch (kind) {
    case undefined:
      return <SecretsPage vault={vault} folder="" />
    case 'folders':
      return <SecretsPage vault={vault} folder={path} />
    case 'secrets':
      return path === '' ? <SecretsPage vault={vault} folder="" /> : <SecretPage key={path} vault={vault} path={path} />
    case 'policies':
      return path === '' ? <PoliciesPage vault={vault} /> : undefined
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
      <p>It may have been deleted meanwhile, or belong to another organisation.</p>
    </Page>
  )
}

/** The paths that an address is about, as a pattern; empty for the vault as a whole. */
function askedFor([kind, ...segments]: readonly string[]): string {
  const path = segments.join('/')
  if (path === '') return ''
  return kind === 'secrets' ? path : kind === 'folders' ? `${path}/**` : ''
}

function HiddenVault({ id, asked }: { id: string; asked: string }) {
  return (
    <Page title="This vault is not open to you" within={VAULTS}>
      <p>No policy gives you anything in it. Owners and admins of the organisation, and who made the vault, can add one.</p>
      <div className="actions">
        <RequestAccess vaultId={id} permission="read" pattern={asked} />
      </div>
    </Page>
  )
}
