import { openSignedIn } from '../console.ts'
import { consoleTests } from '../console-tests.ts'

/** `it` for tests of the pages of agents. */
export const agentTests = () =>
  consoleTests()
    .extend('vault', { scope: 'file', auto: true }, async ({ client }) => {
      const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
      await client.call('secrets.put', { params: { vault_id: vault, path: 'prod/db' }, body: { value: 'the value' } })
      return vault
    })
    .extend('calls', ({ server, tab, person: owner, client }) => {
      const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
      const dialog = () => tab.page.getByRole('dialog')
      const said = (text: string | RegExp) => tab.page.getByText(text).first().waitFor()
      const agent = async (name: string, more: object = {}) =>
        (await client.call('agents.register', { body: { name, ...more } })).agent
      const agentNow = (id: string) => client.call('agents.get', { params: { agent_id: id } })
      const openAgent = ({ id, name }: { id: string; name: string }, view: '' | '/access' | '/settings' = '/settings') =>
        openSignedIn(tab.page, `${server.url}/agents/${id}${view}`, owner, name)
      return { button, dialog, said, agent, agentNow, openAgent }
    })
