import { openSignedIn } from '../console.ts'
import { guestTests } from '../console-tests.ts'

/** `it` for tests of the pages of secrets. */
export const secretTests = () =>
  guestTests()
    .extend('vault', { auto: true }, async ({ client }) => {
      const vault = (
        await client.call('vaults.create', { body: { name: 'production', description: 'What <b>the shop</b> runs on' } })
      ).id
      return vault
    })
    .extend('calls', ({ server, page, person, client, vault }) => {
      const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
      const dialog = () => page.getByRole('dialog')
      const put = (path: string, value = 'a value', more = {}) =>
        client.call('secrets.put', { params: { vault_id: vault, path }, body: { value, ...more } })
      const read = async (path: string) => (await client.call('secrets.get', { params: { vault_id: vault, path } })).value
      const newest = async (path: string) =>
        (await client.call('secrets.versions', { params: { vault_id: vault, path }, query: { include: 'usage' } })).versions[0]
      const rows = () => page.getByRole('rowheader').allTextContents()
      const versionRows = () => page.getByRole('table', { name: 'Versions' }).getByRole('rowheader').allTextContents()
      const openVault = () => openSignedIn(page, `${server.url}/vaults/${vault}`, person, 'production')
      const openSecret = (path: string) => openSignedIn(page, `${server.url}/vaults/${vault}/secrets/${path}`, person, path)
      return { button, dialog, put, read, newest, rows, versionRows, openVault, openSecret }
    })
