import { describe, expect } from 'vitest'
import { consoleTests } from '../support/console-tests.ts'
import { giveTabBack, takeTab } from '../support/kept-tabs.ts'

const it = consoleTests()

/** No other test has this one, so the tab that a test takes is the tab that was returned before. */
const LOOK = { width: 801 }

describe('a tab that was used', () => {
  it('is reused without a trace of the earlier test', async ({ browser, server }) => {
    const used = await takeTab(browser, LOOK)
    const { page, context } = used
    await page.goto(server.url)
    await page.goto(`${server.url}/forgot-password`)
    await context.addCookies([{ name: 'left', value: 'over', url: server.url }])
    await context.grantPermissions(['clipboard-read'])
    await context.route('**/assets/**', route => route.abort())
    await page.route('**/*', route => route.abort())
    await page.setViewportSize({ width: 320, height: 480 })
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce', forcedColors: 'active' })
    await context.newPage()
    await context.setOffline(true)
    const heard: string[] = []
    page.on('request', request => heard.push(request.url()))
    used.errors.push('an error')
    await giveTabBack(used, LOOK, true)

    const tab = await takeTab(browser, LOOK)
    expect(tab.page).toBe(page)
    expect(context.pages()).toEqual([page])
    expect(await context.cookies()).toEqual([])
    expect(await page.evaluate('history.length')).toBe(1)
    expect(page.viewportSize()).toEqual({ width: 801, height: 800 })
    expect([tab.errors, tab.violations]).toEqual([[], []])
    await page.goto(server.url)
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    const media = ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', '(forced-colors: active)']
    expect(await page.evaluate(`${JSON.stringify(media)}.filter(each => matchMedia(each).matches)`)).toEqual([])
    expect(await page.evaluate(`navigator.permissions.query({ name: 'clipboard-read' }).then(({ state }) => state)`)).not.toBe(
      'granted',
    )
    expect(heard).toEqual([])
    await context.close()
  })

  it.for([
    ['a script that runs in every page', 'addInitScript'],
    ['a clock that stands', 'clock'],
    ['something kept in the browser', 'kept'],
  ] as const)('is closed after %s', async ([, change], { browser }) => {
    const used = await takeTab(browser, LOOK)
    if (change === 'addInitScript') await used.page.addInitScript('globalThis.left = 1')
    if (change === 'clock') await used.page.clock.install()
    await giveTabBack(used, LOOK, change !== 'kept')
    expect(used.page.isClosed()).toBe(true)
    const next = await takeTab(browser, LOOK)
    expect(next.context).not.toBe(used.context)
    await next.context.close()
  })
})
