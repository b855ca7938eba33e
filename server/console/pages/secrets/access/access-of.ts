import type { Client } from '../../../../../src/client/client.ts'
import type { Contract } from '../../../../../src/contract/all.ts'
import { Problem } from '../../../../../src/problem.ts'
import { type Account, manages } from '../../../session/session.ts'
import { allFound } from '../../../ui/all-found.ts'
import type { Vault } from '../../vaults/vault.ts'

type Access = Contract['policies.access']

/**
 * Who can read a secret, and who did. Others than those who manage the policies of the vault are refused here: asking the server would
 * record a denial of somebody who only opened a page.
 * @throws Problem `policy.denied`
 */
export async function accessOf(client: Client, by: Account, vault: Vault, query: Access['query']): Promise<Access['reply']> {
  if (!(manages(by, vault) || (await hasPoliciesOf(client, vault))))
    throw new Problem('policy.denied', 'Only people who manage the policies of the vault can see who can read it.')
  return client.call('policies.access', { params: { vault_id: vault.id }, query })
}

/** Whether the person can list the policies of the vault, which includes the one that allows it. */
async function hasPoliciesOf(client: Client, vault: Vault): Promise<boolean> {
  const { found } = await allFound(client, 'policy')
  return found.some(({ vault_id }) => vault_id === vault.id)
}
