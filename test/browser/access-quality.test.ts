import { expect } from 'vitest'
import { ACCESS_VIEWS, sceneOfAccess } from '../support/access-views.ts'
import { consoleTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = consoleTests({}, 'a.person.with.rather.a.long.address').extend(
  'scene',
  { scope: 'file', auto: true },
  ({ server, person, token }) => sceneOfAccess(server.url, person, token),
)

it.for(Object.entries(ACCESS_VIEWS))(
  'the view "%s" has no accessibility fault, wide or narrow, light or dark',
  async ([_, open], { tab, scene }) => {
    await open(scene, tab.page)
    expect(await faultsOfAllLooks(tab.page)).toEqual([])
    expect(tab.violations).toEqual([])
    expect(tab.errors).toEqual([])
  },
)
