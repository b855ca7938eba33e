import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { fakeWorld } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const it = consoleTests({}, 'admin').extend('calls', ({ server, page, person }) => ({
  button: (name: string) => page.getByRole('button', { name, exact: true }),
  open: () => openSignedIn(page, `${server.url}/audit`, person, 'Audit'),
}))

/** What a legend shows without colours: the shapes of the patterns of its series. */
const LOOKS = `[...document.querySelectorAll('.chart-legend .chart-key rect')].map(rect => {
  const id = /#([^")]+)/.exec(rect.getAttribute('fill') ?? '')?.[1]
  const pattern = id === undefined ? null : document.getElementById(id)
  if (pattern === null) return 'plain'
  return [pattern.getAttribute('patternTransform'), ...[...pattern.children].map(mark => mark.getAttribute('d') ?? mark.tagName)].join()
})`
/** The fills of a pattern. */
const FILLS = `[...document.querySelector('.chart-bars pattern').children].map(mark => getComputedStyle(mark).fill)`

describe('the charts of the audit log', () => {
  it('names the bar that has the focus, and shows 90 days as weeks', async ({ page, calls: { open, button } }) => {
    await open()
    const bars = page.locator('.chart-day')
    await bars.last().focus()
    const axis = page.locator('.chart-axis')
    await axis.getByText(/: \d+ in all/).waitFor()
    await page.keyboard.press('ArrowLeft')
    await axis.getByText(/: 0 in all/).waitFor()
    await expect.poll(() => bars.count()).toBe(14)
    await button('Show as table').focus()
    await axis.getByText(/^at most \d+ a day$/).waitFor()
    await page.getByRole('link', { name: '90 days' }).click()
    await page.getByText(/events in 90 days/).waitFor()
    await expect.poll(() => bars.count()).toBe(13)
    await axis.getByText(/^at most \d+ in 7 days$/).waitFor()
    await bars.last().focus()
    await page.keyboard.press('Enter')
    const asked = () => {
      const { searchParams } = new URL(page.url())
      const [from = 0, to = 0] = ['from', 'to'].map(name => Date.parse(searchParams.get(name) ?? ''))
      return [Math.round((to - from) / 86_400_000), searchParams.get('days')]
    }
    await expect.poll(asked).toEqual([7, '90'])
  })

  it('says that its days are UTC where the days of the reader begin at another time', async ({ page, calls: { open } }) => {
    await open()
    const axis = page.locator('.chart-axis')
    await axis.getByText(/^at most \d+ a day$/).waitFor()
    await expect.poll(() => axis.getByText('(UTC)').count()).toBe(0)
    await page.addInitScript('Date.prototype.getTimezoneOffset = () => -780')
    await page.reload()
    await axis.getByText('(UTC)').waitFor()
  })

  it('shows 24 hours, of which each bar opens its events', async ({ page, calls: { open, button } }) => {
    await open()
    await page.getByRole('link', { name: '24 hours' }).click()
    await page.getByText(/events in 24 hours/).waitFor()
    const bars = page.locator('.chart-day')
    await expect.poll(() => bars.count()).toBe(24)
    await page
      .locator('.chart-axis')
      .getByText(/^at most \d+ an hour$/)
      .waitFor()
    await button('Show as table').click()
    const table = page.getByRole('table', { name: 'Events by hour' })
    await expect.poll(() => table.locator('tbody tr').count()).toBe(24)
    await button('Show as chart').click()
    await bars.last().focus()
    await page
      .locator('.chart-axis')
      .getByText(/:00.*: \d+ in all/)
      .waitFor()
    await page.keyboard.press('Enter')
    const asked = () => {
      const { searchParams } = new URL(page.url())
      const [from = 0, to = 0] = ['from', 'to'].map(name => Date.parse(searchParams.get(name) ?? ''))
      return [to - from, searchParams.get('hours'), searchParams.get('days')]
    }
    await expect.poll(asked).toEqual([3_599_999, '24', null])
    await page.getByRole('link', { name: /:00.*:59.*, remove this filter$/ }).waitFor()
    await page.getByRole('link', { name: '30 days' }).click()
    await page.getByText(/events in 30 days/).waitFor()
  })

  it('shows the signed heads as segments that lead to their events', async ({ page, calls: { open, button } }) => {
    await open()
    await button('Show signed heads').click()
    const picture = page.getByRole('group', { name: /signed heads?; not verified on this page yet\.$/ })
    const segments = picture.getByRole('link')
    await segments.last().focus()
    await page.getByText(/^No\. \d+ to [\d,]+: [\d,]+ events?, /).waitFor()
    await page.keyboard.press('Home')
    await expect.poll(() => picture.locator('a:focus').getAttribute('aria-label')).toMatch(/^No\. 1 to /)
    await button('Verify').click()
    await page.getByRole('group', { name: /nothing was changed\.$/ }).waitFor()
    await page
      .getByRole('figure')
      .filter({ hasText: 'nothing was changed' })
      .getByRole('button', { name: 'Show as table' })
      .click()
    const rows = page.getByRole('table', { name: 'Signed heads' }).locator('tbody tr')
    await expect.poll(() => rows.count()).toBeGreaterThan(0)
    await rows.last().getByRole('link').click()
    await expect.poll(() => new URL(page.url()).searchParams.get('views')).toBe('shown')
  })

  it('gives the proof of a segment, which the command line verifies', async ({ page, server, calls: { open, button } }) => {
    await open()
    await button('Show signed heads').click()
    await page.locator('.heads a').first().focus()
    await page
      .locator('.chart-axis')
      .getByText(/^No\. 1 to/)
      .waitFor()
    await page.keyboard.press('Tab')
    const name = /^Download proof up to no\. [\d,]+$/
    await page.getByRole('button', { name }).and(page.locator(':focus')).waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
    const file = join(server.dataDir, download.suggestedFilename())
    const text = await readFile(await download.path(), 'utf8')
    const [, to] = /-to-(\d+)\.json$/.exec(file) ?? []
    const { events, checkpoints } = JSON.parse(text) as Record<'events' | 'checkpoints', { seq: number }[]>
    expect([events.at(-1)?.seq, checkpoints.at(-1)?.seq]).toEqual([Number(to), Number(to)])
    await writeFile(file, text)
    const world = fakeWorld({ configDir: join(server.dataDir, 'config') })
    await runCommand(world.context, 'audit', 'verify', '--file', file)
    expect(world.stdout()).toContain('The audit trail is sound')
  })

  it('distinguishes series by a texture, not only by their colour, also in forced colours', async ({ page, calls: { open } }) => {
    await open()
    const found = await page.evaluate<string[]>(LOOKS)
    expect(found.length).toBeGreaterThan(1)
    expect(new Set(found).size).toBe(found.length)
    await page.emulateMedia({ forcedColors: 'active' })
    const fills = await page.evaluate<string[]>(FILLS)
    expect(new Set(fills).size).toBe(2)
  })
})
