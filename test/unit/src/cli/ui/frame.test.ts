import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../../../../src/cli/output/table.ts'
import { inShop, SHOP, secretItem, uiOf } from '../../../../support/ui-state.ts'

const PATHS = ['prod/a-very-long-folder-name-that-does-not-fit/somewhere/password', 'ключ/日本語/秘密', 'emoji-👩‍👧', 'readme']
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 10 },
  { columns: 20, rows: 5 },
]

/** Every kind of screen. */
function screens(size: { columns: number; rows: number }) {
  const many = Array.from({ length: 300 }, (_, index) => `many/${index}`)
  const secret = () =>
    inShop(PATHS, size)
      .type('/readme')
      .press('enter')
      .load({ of: 'versions', vaultId: SHOP.id, path: 'readme' }, [secretItem('readme')])
  return {
    vaults: uiOf([], size).load({ of: 'vaults' }, [{ ...SHOP, description: 'words '.repeat(60) }]),
    folder: inShop([...PATHS, ...many], size),
    'deep folder': inShop(PATHS, size).press('enter', 'enter', 'enter'),
    'long list': inShop(many, size).press('enter', 'end'),
    search: inShop(PATHS, size).type('/日本語 and much more than fits into any line of any terminal that people have'),
    secret: secret(),
    value: secret().happen({ type: 'revealed', target: { vault: SHOP, path: 'readme' }, value: '日本語 '.repeat(200) }),
    help: inShop(PATHS, size).type('?'),
    palette: inShop(PATHS, size).type(':vaul'),
    question: inShop(PATHS, size).happen({
      type: 'asked',
      id: 1,
      text: 'Replace the value of this secret by a random one? '.repeat(3),
    }),
    error: inShop(PATHS, size).happen({
      type: 'said',
      message: { kind: 'error', text: 'It failed. '.repeat(20), hint: 'Do this.' },
    }),
    waiting: inShop(PATHS, size).happen({
      type: 'began',
      what: 'Reading something with quite a long name at quite a deep place',
    }),
  }
}

describe.each(SIZES)('a terminal of $columns × $rows', size => {
  it.each(Object.entries(screens(size)))('is filled exactly by: %s', (_, ui) => {
    const lines = ui.lines()
    expect(lines).toHaveLength(size.rows)
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(size.columns)
  })
})

describe('a screen', () => {
  it('shows the rows around the chosen one', () => {
    const ui = inShop(Array.from({ length: 300 }, (_, index) => `s${String(index).padStart(3, '0')}`))
    expect(ui.press('pageDown', 'pageDown', 'pageDown').screen()).toMatch(/❯ s054/)
    expect(ui.screen()).not.toContain('s001')
    expect(ui.press('end').screen()).toMatch(/❯ s299/)
  })

  it('omits less important columns when it is narrow', () => {
    expect(inShop(['readme']).screen()).toContain('STATE')
    const narrow = inShop(['readme'], { columns: 40, rows: 10 }).screen()
    expect(narrow).toContain('readme')
    expect(narrow).not.toContain('STATE')
    expect(narrow).toMatch(/\? help {2}q quit/)
  })

  it('shows what went wrong and what to do next, until the next key', () => {
    const ui = inShop(['readme']).happen({
      type: 'said',
      message: { kind: 'error', text: 'No clipboard.', hint: 'Install xclip.' },
    })
    expect(ui.screen()).toMatch(/error: No clipboard\.\nInstall xclip\./)
    expect(ui.press('down').screen()).not.toContain('No clipboard')
  })

  it('shows what it is waiting for', () => {
    const ui = inShop(['readme']).happen({ type: 'began', what: 'Reading readme' })
    expect(ui.screen()).toContain('Reading readme…')
    expect(ui.happen({ type: 'ended', what: 'Reading readme' }).screen()).not.toContain('Reading readme')
  })

  it('is not controlled by names from others', () => {
    const evil = { ...SHOP, name: 'a\u001b[2Jb', description: '\u0007\u202e' }
    const ui = uiOf([{ kind: 'folder', vault: evil, folder: '' }])
    ui.load({ of: 'vaults' }, [evil]).load({ of: 'secrets', vaultId: SHOP.id }, [secretItem('x\u001b]0;y')])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(ui.screen() + ui.type('?').type('?').type(':a').screen()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  })
})
