import { openSignedIn } from '../console.ts'
import { guestTests } from '../console-tests.ts'

export const AGENT = '<b>deployer</b>'

export const PATHS = ['app/db/password', 'app/db/url', 'app/key', 'keys/signer']

/** `it` for tests of the policies of a vault. */
export const policyTests = () =>
  guestTests()
    .extend('given', { auto: true }, async ({ client }) => {
      const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
      const agent = (await client.call('agents.register', { body: { name: AGENT } })).agent.id
      for (const path of PATHS) await client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: 'x' } })
      return { vault, agent }
    })
    .extend('calls', ({ server, page, person, client, given: { vault, agent } }) => {
      const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
      const dialog = () => page.getByRole('dialog')
      const openPolicies = (who = person) => openSignedIn(page, `${server.url}/vaults/${vault}/policies`, who, 'production')
      /** Opens the dialog and waits until it has loaded the vaults. */
      async function openGrant() {
        await button('Grant access').click()
        await dialog().getByLabel('Paths', { exact: true }).waitFor()
      }
      const policies = async () => (await client.call('policies.list', { params: { vault_id: vault } })).policies
      const grant = (pattern: string, more = {}) =>
        client.call('policies.create', {
          params: { vault_id: vault },
          body: { secret_path_pattern: pattern, principal_type: 'agent', principal_id: agent, permissions: ['read'], ...more },
        })
      return { button, dialog, openPolicies, openGrant, policies, grant }
    })
