import { describe, expect } from 'vitest'
import { openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const it = consoleTests({}, 'admin').extend('calls', ({ server, page, person }) => ({
  button: (name: string) => page.getByRole('button', { name, exact: true }),
  open: () => openSignedIn(page, `${server.url}/audit`, person, 'Audit'),
}))

describe('the charts of the audit log', () => {
  it('names the bar that has the focus, and shows 90 days as weeks', async ({ page, calls: { open, button } }) => {
    await open()
    const bars = page.locator('.chart-day')
    await bars.last().focus()
    const axis = page.locator('.chart-axis')
    await axis.getByText(/: \d+ in all/).waitFor()
    await page.keyboard.press('ArrowLeft')
    await axis.getByText(/: 0 in all/).waitFor()
    expect(await bars.count()).toBe(14)
    await button('Show as table').focus()
    await axis.getByText(/^at most \d+ a day$/).waitFor()
    await page.getByRole('link', { name: '90 days' }).click()
    await page.getByText(/events in 90 days/).waitFor()
    expect(await bars.count()).toBe(13)
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

  it('shows 24 hours, of which each bar opens its events', async ({ page, calls: { open, button } }) => {
    await open()
    await page.getByRole('link', { name: '24 hours' }).click()
    await page.getByText(/events in 24 hours/).waitFor()
    const bars = page.locator('.chart-day')
    expect(await bars.count()).toBe(24)
    await page
      .locator('.chart-axis')
      .getByText(/^at most \d+ an hour$/)
      .waitFor()
    await button('Show as table').click()
    const table = page.getByRole('table', { name: 'Events by hour' })
    expect(await table.locator('tbody tr').count()).toBe(24)
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
    expect(await picture.locator('a:focus').getAttribute('aria-label')).toMatch(/^No\. 1 to /)
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
})
