import type { Client } from '../../../../src/client/client.ts'
import { byName } from '../../address.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { navigate } from '../../ui/location.ts'
import { AgentForm } from './form/agent-form.tsx'
import { chainChoices } from './form/chain-choices.ts'
import { changed, fieldsOf } from './form/fields.ts'

/** `/agents/<id>/edit`: changes an agent. */
export function EditAgentPage({ id }: { id: string }) {
  const { client } = useSignedIn()
  const announce = useAnnounce()
  const known = useLoaded(each => vaultsAndChains(each, id), '', { until: 'nothing' })
  const back = `/agents/${id}`
  const within = [
    { label: 'Agents', to: '/agents' },
    { label: known.state.at === 'loaded' ? known.state.value.agent.name : 'Agent', to: back },
  ]
  return (
    <Page title="Edit the agent" within={within}>
      <LoadedView of={known} what="the agent">
        {({ agent, vaults, chains }) => (
          <AgentForm
            agent={agent}
            vaults={vaults}
            chains={chains}
            verb="Save"
            back={back}
            onSend={async fields => {
              const body = changed(fieldsOf(agent), fields)
              if (Object.keys(body).length > 0) await client.call('agents.update', { params: { agent_id: id }, body })
              announce(Object.keys(body).length > 0 ? `${fields.name} is changed.` : 'Nothing was changed.')
              navigate(back)
            }}
          />
        )}
      </LoadedView>
    </Page>
  )
}

async function vaultsAndChains(client: Client, id: string) {
  const [agent, { vaults }, { chains }] = await Promise.all([
    client.call('agents.get', { params: { agent_id: id } }),
    client.call('vaults.list'),
    client.call('chains.list'),
  ])
  return { agent, vaults: vaults.toSorted(byName), chains: chainChoices(chains, agent) }
}
