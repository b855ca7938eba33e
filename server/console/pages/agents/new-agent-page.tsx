import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { byName } from '../../address.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { type Access, accessFaults, accessIn, GrantFields } from '../../ui/access/grant-fields.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { FieldGroup } from '../../ui/form/field-group.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { navigate } from '../../ui/location.ts'
import { AgentForm } from './form/agent-form.tsx'
import { chainChoices } from './form/chain-choices.ts'
import { stated } from './form/fields.ts'
import { NewAgent, type Registered } from './new-agent.tsx'

const WITHIN = [{ label: 'Agents', to: '/agents' }]

/** `/agents/new`: registers an agent, with a first policy, and shows its key once. */
export function NewAgentPage() {
  const { client } = useSignedIn()
  const [registered, setRegistered] = useState<Registered | null>(null)
  const known = useLoaded(vaultsAndChains)
  if (registered) {
    return (
      <Page title="Agent registered" within={WITHIN}>
        <NewAgent registered={registered} onDone={() => navigate(`/agents/${registered.agent.id}`)} />
      </Page>
    )
  }
  return (
    <Page title="Register an agent" within={WITHIN}>
      <LoadedView of={known} what="the vaults">
        {({ vaults, chains }) => (
          <AgentForm
            vaults={vaults}
            chains={chains}
            verb="Register"
            back="/agents"
            more={faults =>
              vaults.length > 0 && (
                <FieldGroup
                  legend="First policy"
                  hint="Without a policy it cannot read anything. You can add more policies later."
                >
                  <GrantFields client={client} vaults={vaults} faults={faults} optional />
                </FieldGroup>
              )
            }
            moreFaults={accessFaults}
            onSend={async (fields, method, entry) => {
              const { agent, api_key: key } = await client.call('agents.register', { body: stated(fields, method) })
              const access = accessIn(entry)
              // The agent exists from here on, and its key is shown now or never: a failed policy is reported next to it.
              const refused = access && (await refusalOf(client, agent.id, access))
              setRegistered({ agent, key, access, refused })
            }}
          />
        )}
      </LoadedView>
    </Page>
  )
}

async function vaultsAndChains(client: Client) {
  const [{ vaults }, { chains }] = await Promise.all([client.call('vaults.list'), client.call('chains.list')])
  return { vaults: vaults.toSorted(byName), chains: chainChoices(chains, undefined) }
}

/** Grants it, or returns why not. */
async function refusalOf(client: Client, id: string, { vault_id, ...granted }: Access): Promise<string | undefined> {
  try {
    const body = { ...granted, principal_type: 'agent', principal_id: id } as const
    await client.call('policies.create', { params: { vault_id }, body })
    return undefined
  } catch (thrown) {
    return explain(problemOf(thrown), 'Only owners, admins and people who manage the vault can grant access to it.')
  }
}
