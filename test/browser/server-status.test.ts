import { expect } from 'vitest'
import { apiOf, openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { started } from '../support/fixtures.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { rowsOf } from '../support/rows.ts'
import { smtpServer } from '../support/smtp.ts'
import { makeSoftHsm } from '../support/softhsm.ts'

const it = consoleTests({}, 'admin')
  .extend(
    'hsm',
    { scope: 'file' },
    started(makeSoftHsm, hsm => hsm.remove()),
  )
  .extend(
    'smtp',
    { scope: 'file' },
    started(smtpServer, smtp => smtp.close()),
  )
  .extend('settings', { scope: 'file' }, async ({ hsm, smtp }) => ({
    // Without SMTP the mails of the last days would be a warning.
    mail: { smtpUrl: smtp.url, from: '1claw <no-reply@claw.test>' },
    keystore: 'pkcs11' as const,
    pkcs11: { ...(await hsm.addToken()), mode: 'per-vault' as const },
  }))
  .extend('calls', ({ tab }) => {
    const sign = (word: string) => tab.page.getByRole('contentinfo').getByRole('link', { name: `Server: ${word}`, exact: true })
    const part = (name: string) => tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name }) })
    return { sign, part }
  })

it('the status page is reached from the dot at the foot of every page by keyboard, and shows every part', async ({
  server,
  tab,
  person: admin,
  calls: { sign, part },
}) => {
  await openSignedIn(tab.page, `${server.url}/vaults`, admin, 'Vaults')
  await sign('Running').waitFor()
  await sign('Running').focus()
  await tab.page.keyboard.press('Enter')
  await part('Key provider').getByText('The key provider (pkcs11) answers.').waitFor()
  for (const name of ['Database', 'Audit log', 'Verification', 'Disk', 'Mail', 'Backups', 'Address', 'Rate limits']) {
    await expect.poll(() => part(name).count(), { message: name }).toBe(1)
  }
  await part('Verification').getByRole('link', { name: 'Verify' }).waitFor()
})

it('the status page shows within five seconds, without a reload, that the HSM is away and that it is back', async ({
  server,
  tab,
  hsm,
  person: admin,
  calls: { sign, part },
}) => {
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  await sign('Running').waitFor()
  await hsm.unplug()
  const began = performance.now()
  await sign('Key provider away').waitFor()
  await part('Key provider').getByText('Attention').waitFor()
  // Most of this is the goal itself; a busy machine can paint later than it was told.
  expect(performance.now() - began).toBeLessThan(15_000)
  await tab.page.getByText('Something needs attention').waitFor()
  await hsm.plugIn()
  await sign('Running').waitFor()
  await part('Key provider').getByText('OK', { exact: true }).waitFor()
})

it('the status page shows the background jobs and the progress of a rotation, and updates them', async ({
  server,
  tab,
  person: admin,
}) => {
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  await tab.page.getByRole('table', { name: 'Background jobs' }).getByRole('rowheader', { name: 'rotate-keys' }).waitFor()
  await tab.page.getByText('No rotation or migration of keys is running, waiting or failed.').waitFor()

  const client = apiOf(server.url, (await apiOf(server.url).call('auth.token', { body: admin })).access_token)
  const { id: vault_id } = await client.call('vaults.create', { body: { name: 'damaged' } })
  for (const path of ['good', 'bad']) await client.call('secrets.put', { params: { vault_id, path }, body: { value: path } })
  await rowsOf(
    { config: { databaseUrl: undefined }, dataDir: server.dataDir },
    `UPDATE secret_versions SET wrapped_dek = (SELECT v.wrapped_dek FROM secret_versions v JOIN secrets s ON s.id = v.secret_id
      WHERE s.path = 'good') WHERE secret_id = (SELECT id FROM secrets WHERE path = 'bad')`,
  )
  await client.call('keys.rotate', { params: { vault_id } })
  const task = tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name: 'Rotation of a vault key' }) })
  await task.getByText('Failed', { exact: true }).waitFor()
  await task.getByRole('progressbar', { name: '1 of 2 versions' }).waitFor()
  await task.getByText('delete it, then rotate again').waitFor()
  expect(await faultsOfAllLooks(tab.page)).toEqual([])

  await client.call('secrets.delete', { params: { vault_id, path: 'bad' }, query: { purge: 'true' } })
  await client.call('keys.rotate', { params: { vault_id } })
  await tab.page.getByText('No rotation or migration of keys is running, waiting or failed.').waitFor()
})

it('the page polls the state of the server without a session, so that it does not keep a session alive', async ({
  server,
  tab,
  person: admin,
}) => {
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  const asked = await tab.page.waitForRequest(request => request.url().endsWith('/v1/health'))
  expect(await asked.allHeaders()).not.toHaveProperty('authorization')
  expect(await asked.allHeaders()).not.toHaveProperty('cookie')
})
