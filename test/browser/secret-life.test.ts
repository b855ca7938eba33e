import { expect } from 'vitest'
import { apiOf, view } from '../support/console.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { secretTests } from '../support/scenes/secret-pages.ts'

const it = secretTests()

it('the timeline of a secret shows versions, reads, denials and who last read which version, with links to each', async ({
  server,
  page,
  client,
  vault,
  calls: { put, read, openSecret },
}) => {
  const path = 'stripe/key'
  await put(path)
  const tokenOf = async (name: string) => {
    const { agent, api_key = '' } = await client.call('agents.register', { body: { name } })
    const { access_token } = await apiOf(server.url).call('auth.agent-token', { body: { agent_id: agent.id, api_key } })
    return { id: agent.id, api: apiOf(server.url, access_token) }
  }
  const get = (api: ReturnType<typeof apiOf>) => api.call('secrets.get', { params: { vault_id: vault, path } })
  const [reader, stranger] = [await tokenOf('old-ci'), await tokenOf('stranger')]
  const body = { secret_path_pattern: '**', principal_type: 'agent', principal_id: reader.id, permissions: ['read'] } as const
  await client.call('policies.create', { params: { vault_id: vault }, body: { ...body, permissions: [...body.permissions] } })
  await get(reader.api)
  await expect(get(stranger.api)).rejects.toThrow()
  await client.call('secrets.rotate', { params: { vault_id: vault, path }, body: {} })
  await read(path)

  await openSecret(path)
  const life = page.getByRole('group', { name: /2 versions; 2 reads in 90 days.*1 was denied\. old-ci last read version 1\./ })
  await life.waitFor()
  expect(await faultsOfAllLooks(page)).toEqual([])
  await page.setViewportSize({ width: 375, height: 800 })
  await page.getByRole('button', { name: 'Show the chart' }).click()
  // It is wider than the page, and starts with today.
  await page.waitForFunction(`(() => {
    const { scrollLeft, clientWidth, scrollWidth } = document.querySelector('.lifeline-scroll')
    return scrollLeft > 0 && scrollLeft + clientWidth >= scrollWidth - 1
  })()`)
  await page.setViewportSize({ width: 1280, height: 800 })
  await life.getByRole('button', { name: /^v1–2, last read by/ }).focus()
  await page.keyboard.press('ArrowRight')
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/: 2 reads, 1 denied, 1 rotated$/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: 'Restore version 1' }).click()
  await page
    .getByRole('dialog', { name: /version 1/i })
    .getByRole('button', { name: 'Cancel' })
    .click()

  await page.getByRole('button', { name: 'Show as table' }).click()
  await page.waitForURL(/life=table/)
  const cells = page.getByRole('table', { name: 'Life of the secret' }).getByRole('row').nth(1).getByRole('cell')
  await expect.poll(() => cells.allTextContents()).toEqual(['2', '1', '0', '1'])
  await page.getByRole('table', { name: 'Life of the secret' }).getByRole('link').first().click()
  await view(page, /Audit/)
  await page.waitForURL(/resource_id=stripe%2Fkey/)

  await openSecret(path)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await page
    .getByRole('dialog')
    .getByText(/Read in the last 30 days by .*old-ci/)
    .waitFor()
  await page.getByRole('dialog').getByText('Last read an older version: old-ci (version 1).').waitFor()
})
