import { type TestAPI, test } from 'vitest'
import type { Config } from '../../server/config/config.ts'
import type { Engine } from '../../server/db/database.ts'
import type { Opening } from '../../server/start/serving.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { ENGINES } from './databases.ts'
import { type IntentWorld, makeIntentWorld } from './intents.ts'
import { makeWorld, type TestUser, type World } from './world.ts'

/**
 * `it` for tests that share a world: a server, the first who signed up there (so an admin of the platform), and a vault of theirs. All last
 * as long as the file; the vault is made when the first test asks for it. A suite adds what is its own with `.extend`; where the settings
 * of its server come from another fixture, it extends `settings`.
 */
export function testsOn(engine: Engine, settings: Partial<Config> = {}, opening?: Opening) {
  const once = oneWorld<World>()
  return test
    .extend('engine', { scope: 'file' }, engine)
    .extend('settings', { scope: 'file' }, (): Partial<Config> => settings)
    .extend('world', { scope: 'file', auto: true }, async ({ engine, settings }, { onCleanup }) => {
      onCleanup(once.close)
      return once.world(() => makeWorld(engine, settings, opening))
    })
    .extend('owner', { scope: 'file', auto: true }, ({ world }) => once.owner(() => world.signUp()))
    .extend('vaultId', { scope: 'file' }, ({ world, owner }) => once.vaultId(() => world.vault(owner)))
}

/** The same without any account, for tests of the first sign-up, and for a server that is closed or requires confirmed addresses. */
export function emptyTestsOn(engine: Engine, settings: Partial<Config> = {}, opening?: Opening) {
  const once = oneWorld<World>()
  return test
    .extend('engine', { scope: 'file' }, engine)
    .extend('settings', { scope: 'file' }, (): Partial<Config> => settings)
    .extend('world', { scope: 'file', auto: true }, ({ engine, settings }, { onCleanup }) => {
      onCleanup(once.close)
      return once.world(() => makeWorld(engine, settings, opening))
    })
}

/** For tests that each open worlds of their own, with their settings; they are closed after the test. */
export function openingOn(engine: Engine) {
  return test.extend('engine', { scope: 'file' }, engine).extend('open', ({ engine }, { onCleanup }) => {
    const opened: World[] = []
    onCleanup(async () => {
      for (const world of opened.reverse()) await world.close()
    })
    return async (settings?: Partial<Config>): Promise<World> => {
      const world = await makeWorld(engine, settings)
      opened.push(world)
      return world
    }
  })
}

/** As `testsOn`, for tests about transactions: the server knows the `chains` that the suite extends it by. */
export function chainTestsOn(engine: Engine, settings: Partial<Config> = {}) {
  const once = oneWorld<IntentWorld>()
  return test
    .extend('engine', { scope: 'file' }, engine)
    .extend('settings', { scope: 'file' }, (): Partial<Config> => settings)
    .extend('chains', { scope: 'file' }, (): readonly Pick<Anvil, 'url' | 'chainId'>[] => [])
    .extend('world', { scope: 'file', auto: true }, async ({ engine, settings, chains }, { onCleanup }) => {
      onCleanup(once.close)
      return once.world(() => makeIntentWorld(engine, chains, settings))
    })
    .extend('owner', { scope: 'file' }, ({ world }) => world.owner)
    .extend('vaultId', { scope: 'file' }, ({ world, owner }) => once.vaultId(() => world.vault(owner)))
}

/** vitest makes what lasts as long as the file anew for every `.extend`; a world and its owner are made once for all of them. */
function oneWorld<W extends World>() {
  let world: Promise<W> | undefined
  let owner: Promise<TestUser> | undefined
  let vaultId: Promise<string> | undefined
  return {
    world(make: () => Promise<W>): Promise<W> {
      world ??= make()
      return world
    },
    owner(make: () => Promise<TestUser>): Promise<TestUser> {
      owner ??= make()
      return owner
    },
    vaultId(make: () => Promise<string>): Promise<string> {
      vaultId ??= make()
      return vaultId
    },
    async close(): Promise<void> {
      const made = world
      world = undefined
      await (await made)?.close()
    },
  }
}

/** A fixture of the file that is started before its tests and ended after them. */
export function started<T>(start: () => Promise<T>, end: (made: T) => unknown) {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs, and this one needs none
  return async ({}: object, { onCleanup }: { onCleanup: (end: () => Promise<void>) => void }): Promise<T> => {
    const made = await start()
    onCleanup(async () => {
      await end(made)
    })
    return made
  }
}

/** A fixture of the file: a node of Ethereum. */
export const anvilOf = (options?: Parameters<typeof startAnvil>[0]) =>
  started(
    () => startAnvil(options),
    anvil => anvil.stop(),
  )

/** For `describe.each`: the tests of each engine. They must be made outside of a suite, because their worlds are the file's. */
export function onEngines<Tests extends Pick<TestAPI, 'beforeAll'>>(
  make: (engine: Engine) => Tests,
): { readonly engine: Engine; readonly it: Tests }[] {
  return ENGINES.map(engine => {
    const it = make(engine)
    // What is `auto` is made before all tests, and not in the time of one.
    it.beforeAll(() => {})
    return { engine, it }
  })
}

/** Cases of `it.for` with several parts each, whose types `it.each` would infer by itself. */
export function cases<Case extends unknown[] | [unknown]>(list: readonly Case[]): readonly Case[] {
  return list
}
