import { vaultAddress } from '../../address.ts'
import { Tabs } from '../../ui/layout/tabs.tsx'
import type { Vault } from './vault.ts'

interface VaultTabsProps {
  of: Vault
  here: 'secrets' | 'access' | 'policies' | 'deleted' | 'customer-key'
  /** A folder is shown, not the whole vault. */
  folder?: string
}

/** The views of a vault, below its description: on each view in the same place. */
export function VaultTabs({ of, here, folder = '' }: VaultTabsProps) {
  const address = vaultAddress(of)
  const tabs = [
    { label: 'Secrets', to: address },
    { label: 'Access', to: `${address}/access` },
    { label: 'Policies', to: `${address}/policies` },
    { label: 'Deleted', to: `${address}/deleted` },
    { label: 'Customer key', to: `${address}/customer-key` },
  ]
  return (
    <>
      {folder === '' && of.description && <p className="quiet">{of.description}</p>}
      <Tabs label="Views of the vault" tabs={tabs} here={here === 'secrets' ? address : `${address}/${here}`} acting />
    </>
  )
}
