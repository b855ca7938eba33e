import { NoPage } from '../../ui/layout/no-page.tsx'
import { AgentView } from './agent-view.tsx'
import { AgentsPage } from './agents-page.tsx'
import { EditAgentPage } from './edit-agent-page.tsx'
import { NewAgentPage } from './new-agent-page.tsx'
import { NewSigningAgentPage } from './signing/new-signing-agent-page.tsx'

/** `/agents` and all below it. */
export function AgentsSection({ rest: [id, view = '', ...more] }: { rest: readonly string[] }) {
  if (id === undefined) return <AgentsPage />
  if (more.length > 0) return <NoPage within={[{ label: 'Agents', to: '/agents' }]} />
  if (id === 'new' && view === '') return <NewAgentPage />
  if (id === 'new' && view === 'signing') return <NewSigningAgentPage />
  if (view === 'edit') return <EditAgentPage key={id} id={id} />
  return <AgentView key={id} id={id} view={view} />
}
