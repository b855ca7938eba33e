import { Page } from '../../ui/layout/page.tsx'
import { InboundPage } from './inbound-page.tsx'
import { OpenSharePage } from './open-share-page.tsx'
import { OutboundPage } from './outbound-page.tsx'

/** `/shares` and all below it. */
export function SharesSection({ rest: [what, ...more] }: { rest: readonly string[] }) {
  if (more.length > 0) return <NoSuchPage />
  // What the API calls them; the other tab has that name, too.
  if (what === undefined || what === 'inbound') return <InboundPage />
  if (what === 'outbound') return <OutboundPage />
  return <OpenSharePage key={what} id={what} />
}

function NoSuchPage() {
  return (
    <Page title="There is no such page" within={[{ label: 'Sharing', to: '/shares' }]}>
      <p>The address is not one of the console.</p>
    </Page>
  )
}
