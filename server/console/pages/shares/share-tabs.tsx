import { Tabs } from '../../ui/layout/tabs.tsx'

const TABS = [
  { label: 'With me', to: '/shares' },
  { label: 'By me', to: '/shares/outbound' },
] as const

/** The two sides of sharing. */
export function ShareTabs({ here }: { here: (typeof TABS)[number]['to'] }) {
  return <Tabs label="Sides of sharing" tabs={TABS} here={here} />
}
