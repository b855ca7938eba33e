import { Tabs } from '../../ui/layout/tabs.tsx'

/** The two views of a vault. */
export function VaultTabs({ id, here }: { id: string; here: 'secrets' | 'policies' }) {
  const tabs = [
    { label: 'Secrets', to: `/vaults/${id}` },
    { label: 'Policies', to: `/vaults/${id}/policies` },
  ]
  return <Tabs label="Views of the vault" tabs={tabs} here={here === 'secrets' ? `/vaults/${id}` : `/vaults/${id}/policies`} />
}
