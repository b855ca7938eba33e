import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'

const LISTS = (endpoints as readonly EndpointSpec[]).filter(({ query }) => Object.hasOwn(query?.shape ?? {}, 'cursor'))

/** As lists that the database pages encode the key of their last item. */
const cursorOf = (key: string) => Buffer.from(`k.${key}`).toString('base64url')

describe.each(ENGINES)('cursors that no page has, on %s', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
  })
  afterAll(() => scene?.world.close())

  it.each(LISTS)('are refused, or start somewhere: $id', async endpoint => {
    const sent = await recipeOf(endpoint.id).good(scene)
    const url = urlOf(endpoint, sent)
    const ask = async (cursor: string) => {
      const address = `${url}${url.includes('?') ? '&' : '?'}cursor=${cursor}`
      return (await scene.world.call(endpoint.method, address, { token: sent.token ?? scene.owner.token })).status
    }
    for (const key of ['\0', '1 \0', 'a\0b']) expect(await ask(cursorOf(key))).toBe(400)
    for (const key of ['', '%', '999999999999999 x', '\u{10ffff}']) expect([200, 400]).toContain(await ask(cursorOf(key)))
  })
})
