import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { problemOf } from '../../failure.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor } from '../../ui/data/query.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import type { Vault } from '../vaults/vault.ts'
import { VaultTabs } from '../vaults/vault-tabs.tsx'
import { DeletePolicy } from './delete-policy.tsx'
import { ExplainPanel } from './explain-panel.tsx'
import { GrantDialog } from './grant/grant-dialog.tsx'
import type { Policy } from './policy.ts'
import { PolicyForm } from './policy-form.tsx'
import { PolicyList } from './policy-list.tsx'

/** The current action: creating, changing or deleting a policy. */
type Doing = { readonly verb: 'make' } | { readonly verb: 'change' | 'delete'; readonly policy: Policy }

/** `/vaults/<id>/policies`: who may do what in the vault. */
export function PoliciesPage({ vault }: { vault: Vault }) {
  const [doing, setDoing] = useState<Doing | null>(null)
  const [asked, ask] = useState<string | null>(null)
  useAskedFor('change', ask)
  const params = { vault_id: vault.id }
  const policies = useLoaded(client => client.call('policies.list', { params }).then(({ policies }) => policies))
  const paths = useLoaded(client => pathsOf(client, vault.id))
  const known = paths.state.at === 'loaded' ? paths.state.value : undefined
  const askedFor = policies.state.at === 'loaded' ? policies.state.value.find(({ id }) => id === asked) : undefined
  const changing = doing?.verb === 'change' ? doing.policy : askedFor
  const close = () => {
    setDoing(null)
    ask(null)
  }
  return (
    <Page
      title={vault.name}
      view="Policies"
      within={[{ label: 'Vaults', to: '/vaults' }]}
      actions={
        policies.state.at === 'loaded' && (
          <Button kind="primary" onClick={() => setDoing({ verb: 'make' })}>
            Grant access
          </Button>
        )
      }
    >
      <VaultTabs of={vault} here="policies" />
      <LoadedView of={policies} what="the policies" instead={({ code }) => (code === 'policy.denied' ? <NotYours /> : undefined)}>
        {rows => (
          <>
            <PolicyList
              policies={rows}
              onChange={policy => setDoing({ verb: 'change', policy })}
              onDelete={policy => setDoing({ verb: 'delete', policy })}
            />
            <ExplainPanel vaultId={vault.id} paths={known ?? []} />
          </>
        )}
      </LoadedView>
      {doing?.verb === 'make' && (
        <GrantDialog places={[{ vault_id: vault.id, pattern: '' }]} onClose={close} onDone={policies.reload} />
      )}
      {changing && <PolicyForm vaultId={vault.id} policy={changing} onClose={close} onDone={policies.reload} />}
      {doing?.verb === 'delete' && <DeletePolicy policy={doing.policy} onClose={close} onDone={policies.reload} />}
    </Page>
  )
}

/** The paths that the person may list; `null` without any. */
async function pathsOf(client: Client, vaultId: string): Promise<string[] | null> {
  try {
    const { secrets } = await client.call('secrets.list', { params: { vault_id: vaultId } })
    return secrets.map(({ path }) => path)
  } catch (thrown) {
    if (problemOf(thrown).code === 'policy.denied') return null
    throw thrown
  }
}

function NotYours() {
  return (
    <p className="refused">
      The policies of this vault can be managed by owners and admins of the organisation, by the person who created the vault, and
      by everyone with the permission admin on some of its paths.
    </p>
  )
}
