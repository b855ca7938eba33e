import { frameOf } from '../../src/cli/ui/draw/frame.ts'
import { reduce } from '../../src/cli/ui/reduce.ts'
import { type Effect, type Happening, type Item, initialState, type State } from '../../src/cli/ui/state.ts'
import type { KeyName } from '../../src/views/full-screen.tsx'
import { NOW, VAULT_ID } from './fake-context.ts'

const AT = '2026-03-01T11:00:00Z'
export const SHOP = { id: VAULT_ID, name: 'shop', created_at: AT, cmek_enabled: false }

export function secretItem(path: string, version = 1): Item {
  return { id: VAULT_ID, path, type: 'generic', version, created_at: AT }
}

/** The interface without a terminal: keys are the input; lines and requested work are the output. */
export function uiOf(places: Parameters<typeof initialState>[0]['places'] = [], size = { columns: 80, rows: 24 }) {
  let state: State = { ...initialState({ now: NOW, server: 'claw.example.com', hideAfterMs: 30_000, places }), size }
  let effects: Effect[] = []
  const ui = {
    state: () => state,
    /** The work that was requested since the last call. */
    wishes() {
      const wished = effects
      effects = []
      return wished
    },
    happen(...happenings: Happening[]) {
      for (const happening of happenings) {
        const step = reduce(state, happening)
        state = step.state
        effects.push(...step.effects)
      }
      return ui
    },
    wait(ms: number) {
      state = { ...state, now: state.now + ms }
      return ui.happen({ type: 'ticked' })
    },
    /** Characters, or the name of a key. */
    press(...keys: (KeyName | { readonly text: string; readonly ctrl?: boolean; readonly isAlone?: boolean })[]) {
      for (const key of keys) {
        const pressed = typeof key === 'string' ? { name: key, text: '' } : { name: 'text' as const, ...key }
        ui.happen({ type: 'key', key: { ctrl: false, isAlone: true, ...pressed } })
      }
      return ui
    },
    type(text: string) {
      return ui.press(...[...text].map(character => ({ text: character })))
    },
    load(list: Extract<Happening, { type: 'loaded' }>['list'], items: readonly Item[], next?: string, isMore = false) {
      return ui.happen({ type: 'loaded', list, items, next, isMore })
    },
    lines: () => frameOf(state).map(line => line.map(({ text }) => text).join('')),
    screen: () => ui.lines().join('\n'),
  }
  return ui
}

/** The interface in the vault `shop`, with secrets at these paths. */
export function inShop(paths: readonly string[], size?: { columns: number; rows: number }) {
  const ui = uiOf([{ kind: 'folder', vault: SHOP, folder: '' }], size).happen({ type: 'ticked' })
  ui.load(
    { of: 'secrets', vaultId: SHOP.id },
    paths.map(path => secretItem(path)),
  )
  ui.wishes()
  return ui
}
