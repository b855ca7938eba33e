import { Tabs } from '../../ui/layout/tabs.tsx'

const TABS = [
  { label: 'All', to: '/secrets' },
  { label: 'Deleted', to: '/secrets/deleted' },
]

/** The views of the secrets of all vaults. */
export function SecretTabs({ here }: { here: string }) {
  return <Tabs label="Views of the secrets" tabs={TABS} here={here} />
}
