import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { closeTabs, openTab, type Tab, theBrowser } from '../support/browser.ts'
import { type DialogScene, dialogScene, dialogViews } from '../support/dialog-views.ts'
import { linkViews } from '../support/link-views.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { startServer, type TestServer } from '../support/server.ts'

let server: TestServer
let scene: DialogScene
let tab: Tab

beforeAll(async () => {
  server = await startServer()
  scene = await dialogScene(server)
})
afterAll(async () => {
  await closeTabs()
  await server.close()
})
beforeEach(async () => {
  tab = await openTab(await theBrowser())
})
afterEach(() => tab.context.close())

it.each(Object.entries({ ...dialogViews(() => scene), ...linkViews(() => scene) }))(
  'the view "%s" has no fault, wide or narrow, light or dark',
  async (_, open) => {
    await open(tab.page)
    expect(await faultsOfAllLooks(tab.page)).toEqual([])
    expect(tab.violations).toEqual([])
    expect(tab.errors).toEqual([])
  },
)
