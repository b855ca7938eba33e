import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { NamesHere, useDirectory } from '../../ui/people/names.tsx'
import { Activity } from '../audit/activity.tsx'
import { CodeForm } from '../device/code-form.tsx'
import { QuickStart } from './quick-start.tsx'
import { RecentEvents } from './recent-events.tsx'
import { Waiting } from './waiting.tsx'

/** `/`: who is signed in, what there is, what waits for them, and the way to a terminal that waits. */
export function OverviewPage() {
  const { account } = useSignedIn()
  return (
    <Page title={account.display_name ? `Hello, ${account.display_name}` : 'Overview'}>
      <dl className="facts">
        <dt>E-mail</dt>
        <dd>{account.email}</dd>
        <dt>Role</dt>
        <dd>{account.role}</dd>
      </dl>
      <NamesHere>
        <AtAGlance />
        <Panel title="Activity, 14 days" actions={<Link to="/audit">View audit log</Link>}>
          <Activity />
        </Panel>
        <Panel title="Sign in a terminal">
          <p>
            <code>1claw login</code> shows a code. Enter it here to see what is asking, then approve or deny it.
          </p>
          <CodeForm />
        </Panel>
        <RecentEvents />
      </NamesHere>
    </Page>
  )
}

async function whatThereIs(client: Client) {
  const [{ vaults }, { agents }, { shares }] = await Promise.all([
    client.call('vaults.list'),
    client.call('agents.list'),
    client.call('shares.inbound', { query: { include: 'parties' } }),
  ])
  return { vaults, agents: agents.filter(agent => agent.is_active), shares }
}

function AtAGlance() {
  const { members } = useDirectory()
  const there = useLoaded(whatThereIs)
  return (
    <LoadedView of={there} what="what there is">
      {({ vaults, agents, shares }) => (
        <>
          <ul className="counts">
            <Count to="/vaults" count={vaults.length} one="vault" many="vaults" />
            <Count to="/agents" count={agents.length} one="active agent" many="active agents" />
            <Count to="/members" count={members.length} one="member" many="members" />
          </ul>
          <Waiting shares={shares} agents={agents} />
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
