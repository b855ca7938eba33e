import { test } from 'vitest'
import type { Config } from '../../server/config/config.ts'
import type { Engine } from '../../server/db/database.ts'
import type { Opening } from '../../server/start/serving.ts'
import { ENGINES } from './databases.ts'
import { makeWorld } from './world.ts'

/**
 * `it` for tests that share a world: a server, the first who signed up there (so an admin of the platform), and a vault of theirs. All last
 * as long as the file; the vault is made when the first test asks for it. A suite adds what is its own with `.extend`.
 */
export function testsOn(engine: Engine, settings?: Partial<Config>, opening?: Opening) {
  const tests = test
    .extend('engine', { scope: 'file' }, engine)
    .extend('world', { scope: 'file' }, async ({ engine }, { onCleanup }) => {
      const world = await makeWorld(engine, settings, opening)
      onCleanup(() => world.close())
      return world
    })
    .extend('owner', { scope: 'file' }, ({ world }) => world.signUp())
    .extend('vaultId', { scope: 'file' }, ({ world, owner }) => world.vault(owner))
  // Before all others, and not in the time of a test.
  tests.beforeAll(({ owner: _ }) => {})
  return tests
}

/** For `describe.each`: the tests of each engine. They must be made outside of a suite, because their worlds are the file's. */
export function onEngines<Tests>(make: (engine: Engine) => Tests): { readonly engine: Engine; readonly it: Tests }[] {
  return ENGINES.map(engine => ({ engine, it: make(engine) }))
}

/** Cases of `it.for` with several parts each, whose types `it.each` would infer by itself. */
export function cases<Case extends unknown[] | [unknown]>(list: readonly Case[]): readonly Case[] {
  return list
}
