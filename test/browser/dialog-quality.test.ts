import { expect } from 'vitest'
import { consoleTests } from '../support/console-tests.ts'
import { type DialogScene, dialogScene, dialogViews } from '../support/dialog-views.ts'
import { linkViews } from '../support/link-views.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = consoleTests().extend('scene', { scope: 'file', auto: true }, ({ server, account }) => dialogScene(server, account))

/** Where the views are: their list is created before the server. */
let here: DialogScene
it.beforeAll(({ scene }) => {
  here = scene
})

it.for(Object.entries({ ...dialogViews(() => here), ...linkViews(() => here) }))(
  'the view "%s" has no accessibility fault, wide or narrow, light or dark',
  async ([_, open], { tab }) => {
    await open(tab.page)
    expect(await faultsOfAllLooks(tab.page)).toEqual([])
    expect(tab.violations).toEqual([])
    expect(tab.errors).toEqual([])
  },
)
