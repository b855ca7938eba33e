import type { Crumb } from './crumbs.tsx'
import { Page } from './page.tsx'

/** The page at an unknown address. */
export function NoPage({ within }: { within?: readonly Crumb[] }) {
  return (
    <Page title="There is no such page" {...(within && { within })}>
      <p>Check the address, or choose a section from the menu.</p>
    </Page>
  )
}
