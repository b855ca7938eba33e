import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { NamesHere, useDirectory } from '../../ui/people/names.tsx'
import { Activity } from '../audit/activity.tsx'
import { AgentsNow } from './agents-now.tsx'
import { NeedsYou } from './needs-you.tsx'
import { QuickStart } from './quick-start.tsx'
import { RecentEvents } from './recent-events.tsx'
import { Server, Trail } from './strips.tsx'

/** `/`: what needs somebody, what was done of late, and whether all is well. It keeps itself up to date. */
export function OverviewPage() {
  const { account } = useSignedIn()
  const seesAll = account.role !== 'member'
  return (
    <Page title={account.display_name ? `Hello, ${account.display_name}` : 'Overview'} named="Overview">
      <NamesHere>
        <AtAGlance />
        <NeedsYou />
        <Panel title="Activity, 14 days" actions={<Link to="/audit">View audit log</Link>}>
          <Activity />
        </Panel>
        {seesAll && <AgentsNow />}
        <div className="strips">
          {seesAll && <Trail />}
          <Server />
        </div>
        <RecentEvents />
      </NamesHere>
    </Page>
  )
}

async function whatThereIs(client: Client) {
  const [{ vaults }, { agents }] = await Promise.all([client.call('vaults.list'), client.call('agents.list')])
  return { vaults, agents: agents.filter(agent => agent.is_active) }
}

function AtAGlance() {
  const { members } = useDirectory()
  const there = useLoaded(whatThereIs)
  return (
    <LoadedView of={there} what="what there is">
      {({ vaults, agents }) => (
        <>
          <ul className="counts">
            <Count to="/vaults" count={vaults.length} one="vault" many="vaults" />
            <Count to="/agents" count={agents.length} one="active agent" many="active agents" />
            <Count to="/members" count={members.length} one="member" many="members" />
          </ul>
          {vaults.length === 0 && agents.length === 0 && <QuickStart />}
        </>
      )}
    </LoadedView>
  )
}

function Count({ to, count, one, many }: { to: string; count: number; one: string; many: string }) {
  return (
    <li>
      <Link to={to} className="count">
        <strong>{count}</strong> {count === 1 ? one : many}
      </Link>
    </li>
  )
}
