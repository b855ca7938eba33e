import { expect } from 'vitest'
import { openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { started } from '../support/fixtures.ts'
import { makeSoftHsm } from '../support/softhsm.ts'

const it = consoleTests({}, 'admin')
  .extend(
    'hsm',
    { scope: 'file' },
    started(makeSoftHsm, hsm => hsm.remove()),
  )
  .extend('settings', { scope: 'file' }, async ({ hsm }) => ({
    keystore: 'pkcs11' as const,
    pkcs11: { ...(await hsm.addToken()), mode: 'per-vault' as const },
  }))
  .extend('calls', ({ tab }) => {
    const sign = (word: string) => tab.page.getByRole('contentinfo').getByRole('link', { name: `Server: ${word}`, exact: true })
    const part = (name: string) => tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name }) })
    return { sign, part }
  })

it('is reached from the dot at the foot of every page, by keyboard alone, and shows every part', async ({
  server,
  tab,
  person: admin,
  calls: { sign, part },
}) => {
  await openSignedIn(tab.page, `${server.url}/vaults`, admin, 'Vaults')
  await sign('Well').waitFor()
  await sign('Well').focus()
  await tab.page.keyboard.press('Enter')
  await part('Key provider').getByText('The key provider (pkcs11) answers.').waitFor()
  for (const name of ['Database', 'Audit log', 'Verification', 'Disk', 'Mail', 'Backups', 'Address', 'Rate limits']) {
    expect(await part(name).count(), name).toBe(1)
  }
  await part('Verification').getByRole('link', { name: 'Verify' }).waitFor()
})

it('shows within five seconds and without a reload that the HSM is away, and that it is back', async ({
  server,
  tab,
  hsm,
  person: admin,
  calls: { sign, part },
}) => {
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  await sign('Well').waitFor()
  await hsm.unplug()
  const began = performance.now()
  await sign('Key provider away').waitFor()
  await part('Key provider').getByText('Attention').waitFor()
  // Most of it is the limit of the task; a busy machine may draw later than it was told.
  expect(performance.now() - began).toBeLessThan(10_000)
  await tab.page.getByText('Something needs attention').waitFor()
  await hsm.plugIn()
  await sign('Well').waitFor()
  await part('Key provider').getByText('OK', { exact: true }).waitFor()
})

it('asks how the server is in nobody’s name, so that an open page keeps no session from ending', async ({
  server,
  tab,
  person: admin,
}) => {
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  const asked = await tab.page.waitForRequest(request => request.url().endsWith('/v1/health'))
  expect(await asked.allHeaders()).not.toHaveProperty('authorization')
  expect(await asked.allHeaders()).not.toHaveProperty('cookie')
})
