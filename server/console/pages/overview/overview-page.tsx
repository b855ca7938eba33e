import { isServers } from '../../address.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { addressWith, useQuery } from '../../ui/data/query.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Page } from '../../ui/layout/page.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { NamesHere, useDirectoryState } from '../../ui/people/names.tsx'
import { Activity } from '../audit/activity.tsx'
import { days, ONE_DAY, periodIn } from '../audit/period.ts'
import { type PeriodQuery, Periods } from '../audit/periods.tsx'
import { AgentsNow } from './agents-now.tsx'
import { NeedsYou } from './needs-you.tsx'
import { RecentEvents } from './recent-events.tsx'
import { GuidedStart } from './start/guided-start.tsx'
import { Server, Trail } from './strips.tsx'

/** `/`: what needs attention, recent activity, and whether everything is healthy. Updates itself. */
export function OverviewPage() {
  const { account } = useSignedIn()
  const seesAll = account.role !== 'member'
  return (
    <Page title={account.display_name ? `Hello, ${account.display_name}` : 'Overview'} named="Overview">
      <NamesHere>
        <AtAGlance />
        {seesAll && <GuidedStart />}
        <NeedsYou />
        <Panel title="Activity" actions={<Link to="/audit">View audit log</Link>}>
          <RecentActivity />
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

const PERIODS = [days(14), ONE_DAY, days(30)] as const

function RecentActivity() {
  const [query] = useQuery()
  const period = periodIn(Object.fromEntries(query), PERIODS)
  const addressOf = (change: PeriodQuery) => addressWith('/', query, change)
  return <Activity period={period} periods={<Periods choices={PERIODS} chosen={period} addressOf={addressOf} />} />
}

const REFRESH_MS = 30_000

/** How many vaults, agents and members there are; with them, the names on the page are kept up to date. */
function AtAGlance() {
  const directory = useDirectoryState()
  useRefreshed(directory.refresh, REFRESH_MS)
  return (
    <LoadedView of={directory} what="what there is">
      {({ members, vaults, agents }) => (
        <ul className="counts">
          <Count to="/vaults" count={vaults.filter(vault => !isServers(vault)).length} one="vault" many="vaults" />
          <Count to="/agents" count={agents.filter(agent => agent.is_active).length} one="active agent" many="active agents" />
          <Count to="/members" count={members.length} one="member" many="members" />
        </ul>
      )}
    </LoadedView>
  )
}

function Count({ to, count, one, many }: { to: string; count: number; one: string; many: string }) {
  return (
    <li>
      <Link to={to} className="count">
        <strong>{count.toLocaleString()}</strong> {count === 1 ? one : many}
      </Link>
    </li>
  )
}
