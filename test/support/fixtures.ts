import { type TestAPI, test } from 'vitest'
import type { Config } from '../../server/config/config.ts'
import type { Engine } from '../../server/db/database.ts'
import type { Opening } from '../../server/start/serving.ts'
import { type Anvil, startAnvil } from './anvil.ts'
import { ENGINES } from './databases.ts'
import { type IntentWorld, makeIntentWorld } from './intents.ts'
import { makeWorld, type TestUser, type World } from './world.ts'

/**
 * `it` for tests that share a world: a server, its first user (a platform administrator), and a vault of that user. All last as long as the
 * file; the vault is created when the first test uses it. A suite adds its own fixtures with `.extend`; if the settings of its server come
 * from another fixture, it extends `settings`.
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

/** For tests that open their own worlds with their own settings; the worlds are closed after the test. */
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

/** Like `testsOn`, for tests about transactions: the server knows the `chains` of the suite, a fixture that the suite extends. */
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

/** vitest creates fixtures of the file again for every `.extend`; this creates a world and its owner once for all of them. */
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
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the pattern for the fixtures that this one needs, and it needs none
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

/** For `describe.each`: the tests of each engine. Call it outside of a suite, because the worlds belong to the file. */
export function onEngines<Tests extends Pick<TestAPI, 'beforeAll'>>(
  make: (engine: Engine) => Tests,
): { readonly engine: Engine; readonly it: Tests }[] {
  return ENGINES.map(engine => {
    const it = make(engine)
    // Creates the `auto` fixtures before all tests, so that they do not count as time of the first.
    it.beforeAll(() => {})
    return { engine, it }
  })
}

/** Cases of `it.for` with several parts each; only `it.each` infers their types by itself. */
export function cases<Case extends unknown[] | [unknown]>(list: readonly Case[]): readonly Case[] {
  return list
}
