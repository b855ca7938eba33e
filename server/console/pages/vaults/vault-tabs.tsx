import { vaultAddress } from '../../address.ts'
import { Tabs } from '../../ui/layout/tabs.tsx'
import type { Vault } from './vault.ts'

/** The views of a vault. */
export function VaultTabs({ of, here }: { of: Vault; here: 'secrets' | 'access' | 'policies' | 'deleted' | 'customer-key' }) {
  const address = vaultAddress(of)
  const tabs = [
    { label: 'Secrets', to: address },
    { label: 'Access', to: `${address}/access` },
    { label: 'Policies', to: `${address}/policies` },
    { label: 'Deleted', to: `${address}/deleted` },
    { label: 'Customer key', to: `${address}/customer-key` },
  ]
  return <Tabs label="Views of the vault" tabs={tabs} here={here === 'secrets' ? address : `${address}/${here}`} />
}
