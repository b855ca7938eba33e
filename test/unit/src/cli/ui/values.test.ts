import { describe, expect, it } from 'vitest'
import { inShop, SHOP, secretItem } from '../../../../support/ui-state.ts'

const TARGET = { vault: SHOP, path: 'readme' }
const VERSIONS = { of: 'versions', vaultId: SHOP.id, path: 'readme' } as const

/** The value of `readme` is on the screen. */
function revealed(value = 'hunter2') {
  const ui = inShop(['readme']).type('r')
  expect(ui.wishes()).toContainEqual({ type: 'reveal', target: expect.objectContaining({ path: 'readme' }) })
  return ui.load(VERSIONS, [secretItem('readme', 2), secretItem('readme')]).happen({ type: 'revealed', target: TARGET, value })
}

describe('a value', () => {
  it('is requested only when it is revealed', () => {
    const ui = inShop(['readme'])
      .press('enter')
      .load(VERSIONS, [secretItem('readme')])
    ui.press('down', 'home')
    expect(ui.wishes().map(({ type }) => type)).toEqual(['load', 'load', 'load'])
    expect(ui.screen()).toContain('••••••••')
  })

  it('is hidden again after a while, and says when', () => {
    const ui = revealed()
    expect(ui.screen()).toContain('hunter2')
    expect(ui.wait(12_000).screen()).toContain('hidden again in 18 s')
    expect(ui.wait(18_000).screen()).not.toContain('hunter2')
    expect(ui.state().revealed).toBeUndefined()
  })

  it.each([
    ['r', (ui: ReturnType<typeof revealed>) => ui.type('r')],
    ['Escape', (ui: ReturnType<typeof revealed>) => ui.press('escape')],
    ['another place', (ui: ReturnType<typeof revealed>) => ui.type('a')],
    ['the palette leading elsewhere', (ui: ReturnType<typeof revealed>) => ui.type(':show the vaults').press('enter')],
    ['Ctrl-Z', (ui: ReturnType<typeof revealed>) => ui.press({ text: 'z', ctrl: true })],
    ['a question', (ui: ReturnType<typeof revealed>) => ui.happen({ type: 'asked', id: 1, text: 'Sure?' })],
    ['a new version', (ui: ReturnType<typeof revealed>) => ui.happen({ type: 'written', target: TARGET })],
  ])('is cleared after %s', (_, act) => {
    const ui = act(revealed())
    expect(ui.screen()).not.toContain('hunter2')
    expect(JSON.stringify(ui.state())).not.toContain('hunter2')
  })

  it('that arrives after its secret was closed is not kept', () => {
    const ui = inShop(['readme']).type('r').press('escape').happen({ type: 'revealed', target: TARGET, value: 'hunter2' })
    expect(JSON.stringify(ui.state())).not.toContain('hunter2')
  })

  it('of many lines can be scrolled, and cannot control the terminal', () => {
    const ui = revealed(`first \u001b[2J\u0007\n${Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')}\nlast\n`)
    expect(ui.screen()).toContain('first \\u001b[2J\\u0007')
    expect(ui.screen()).toMatch(/… \d+ more lines/)
    ui.press('end')
    expect(ui.screen()).toMatch(/\n {2}last\n/)
    expect(ui.press('home').screen()).toContain('first')
  })

  it('of an older version is requested by its number', () => {
    const ui = inShop(['readme'])
      .press('enter')
      .load(VERSIONS, [secretItem('readme', 2), secretItem('readme')])
    ui.wishes()
    ui.type('c').press('down').type('c')
    expect(ui.wishes().map(wish => 'target' in wish && wish.target.version)).toEqual([undefined, 1])
  })
})

describe('an action that changes something', () => {
  it.each([
    ['e', 'edit'],
    ['t', 'rotate'],
    ['c', 'copy'],
  ])('is passed on for the selected secret: %s', (key, type) => {
    expect(inShop(['readme']).type(key).wishes()).toEqual([
      { type, target: { vault: expect.objectContaining({ name: 'shop' }), path: 'readme' } },
    ])
  })

  it('is not possible if no secret is selected', () => {
    expect(inShop(['a/b']).type('etrc').wishes()).toEqual([])
  })

  const asking = () => inShop(['readme']).happen({ type: 'asked', id: 7, text: 'Replace it?' })

  it('is confirmed with y, once', () => {
    const ui = asking()
    expect(ui.screen()).toContain('Replace it? (y/n)')
    expect(ui.type('yy').wishes()).toEqual([{ type: 'answer', id: 7, isYes: true }])
  })

  it.each(['n', 'N'])('is cancelled with %s', key => {
    expect(asking().type(key).wishes()).toEqual([{ type: 'answer', id: 7, isYes: false }])
  })

  it('is not confirmed by Enter or by a paste', () => {
    const ui = asking().press('enter', { text: 'y', isAlone: false }).happen({ type: 'pasted', text: 'y' })
    expect(ui.wishes()).toEqual([])
    expect(ui.press('escape').wishes()).toEqual([{ type: 'answer', id: 7, isYes: false }])
  })
})

describe('quitting', () => {
  it.each([
    [{ text: 'q' }, 0],
    [{ text: 'c', ctrl: true }, 130],
  ])('works with %j, with exit code %i', (key, exitCode) => {
    expect(inShop(['readme']).press(key).wishes()).toEqual([{ type: 'leave', exitCode }])
  })

  it('works with Ctrl-C everywhere', () => {
    const wherever = [inShop(['a']).type('/x'), inShop(['a']).type(':x'), inShop(['a']).type('?')]
    for (const ui of [...wherever, inShop(['a']).happen({ type: 'asked', id: 1, text: 'Sure?' })]) {
      ui.wishes()
      expect(ui.press({ text: 'c', ctrl: true }).wishes()).toEqual([{ type: 'leave', exitCode: 130 }])
    }
  })
})
