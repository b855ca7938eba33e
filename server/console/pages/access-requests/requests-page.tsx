import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { type Inbox, useInbox } from '../../ui/people/inbox.tsx'
import { pathsByVault } from '../policies/grant/paths-by-vault.ts'
import type { Paths } from '../policies/grant/place.ts'
import { AccessRequestItem } from './access-request.tsx'
import { OwnRequests } from './own-requests.tsx'

const NO_PATHS: Paths = new Map()

/** `/requests`: the requests that the signed-in person can decide, and their own. */
export function RequestsPage() {
  const inbox = useInbox()
  const listed = useLoaded(pathsByVault)
  const paths = listed.state.at === 'loaded' ? listed.state.value : NO_PATHS
  return (
    <Page title="Requests">
      <LoadedView of={inbox} what="what waits for you">
        {waiting => <Waiting waiting={waiting} paths={paths} onDone={inbox.reload} />}
      </LoadedView>
      <OwnRequests />
    </Page>
  )
}

interface WaitingProps {
  waiting: Inbox
  paths: Paths
  onDone(): Promise<void>
}

function Waiting({ waiting: { count, access_requests, enrollments, device_logins }, paths, onDone }: WaitingProps) {
  if (count === 0) {
    return (
      <div className="empty">
        <p>No requests are waiting for you.</p>
        <p className="quiet">
          When someone is denied a secret, they can ask for access here or with <code>1claw access request</code>. Agents that
          name your address, and terminals that sign in as you, show up here as well.
        </p>
      </div>
    )
  }
  return (
    <>
      {access_requests.length > 0 && (
        <Panel title="Access">
          <ul className="asked-list">
            {access_requests.map(request => (
              <AccessRequestItem key={request.id} request={request} paths={paths} onDone={onDone} />
            ))}
          </ul>
        </Panel>
      )}
      {enrollments.length > 0 && (
        <Panel title="Agents">
          <ul className="asked-list">
            {enrollments.map(({ id, name, description, requested_from, requested_at }) => (
              <li key={id} className="asked">
                <p>
                  <strong>{name}</strong> asks to become an agent, from {requested_from}.{' '}
                  <span className="quiet">
                    <When instant={requested_at} />
                  </span>
                </p>
                {description !== undefined && <blockquote className="asked-reason">{description}</blockquote>}
                <p>The agent gets a key. It can read nothing until you grant it access, which you can do in the same step.</p>
                <p>
                  <Link to={`/enroll/${id}`} className="button button-plain">
                    Review<span className="only-heard"> the agent {name}</span>
                  </Link>
                </p>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {device_logins.length > 0 && (
        <Panel title="Terminals">
          <ul className="asked-list">
            {device_logins.map(({ user_code, client_id, requested_from, requested_at }) => (
              <li key={user_code} className="asked">
                <p>
                  <strong>{client_id}</strong> asks to sign in as you, from {requested_from}.{' '}
                  <span className="quiet">
                    <When instant={requested_at} />
                  </span>
                </p>
                <p>
                  It could do everything that you can. Approve it only if your own terminal shows the code{' '}
                  <code>{user_code}</code>.
                </p>
                <p>
                  <Link to={`/cli/verify?code=${user_code}`} className="button button-plain">
                    Review<span className="only-heard"> the terminal with the code {user_code}</span>
                  </Link>
                </p>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  )
}
