import { Tabs } from '../../ui/layout/tabs.tsx'

/** The views of a vault. */
export function VaultTabs({ id, here }: { id: string; here: 'secrets' | 'policies' | 'customer-key' }) {
  const tabs = [
    { label: 'Secrets', to: `/vaults/${id}` },
    { label: 'Policies', to: `/vaults/${id}/policies` },
    { label: 'Customer key', to: `/vaults/${id}/customer-key` },
  ]
  return <Tabs label="Views of the vault" tabs={tabs} here={here === 'secrets' ? `/vaults/${id}` : `/vaults/${id}/${here}`} />
}
