import { describe, expect } from 'vitest'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { AGENT, policyTests } from '../support/scenes/policy-pages.ts'

const it = policyTests().extend('tree', ({ page, calls: { dialog, openPolicies, openGrant, button } }) => {
  const item = (name: string) => dialog().getByRole('treeitem', { name, exact: true })
  const row = (name: string, part: 'tick' | 'open') => item(name).first().locator(`> [data-part="${part}"]`)
  const state = (name: string) => item(name).first().getAttribute('aria-checked')
  /** The lines of the form, each as the vault and the pattern. */
  async function lines(): Promise<string[]> {
    const places = await dialog().locator('.place').all()
    return Promise.all(
      places.map(async place => {
        const vault = await place.locator('select option:checked').textContent()
        return `${vault} ${await place.locator('input[name^="paths"]').inputValue()}`
      }),
    )
  }
  async function open() {
    await openPolicies()
    await openGrant()
    await button('Choose from a tree').click()
    await item('production').waitFor()
  }
  const focused = () => page.locator(':focus').getAttribute('aria-label')
  return { item, row, state, lines, open, focused }
})

describe('the tree of paths', () => {
  it('makes lines of ticked folders and secrets, and keeps what is typed', async ({
    page,
    client,
    given: { agent },
    calls: { dialog, button, policies },
    tree: { row, state, lines, open },
  }) => {
    const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
    await client.call('secrets.put', { params: { vault_id: staging, path: 'mail/key' }, body: { value: 'x' } })
    await open()
    const actions = [
      () => dialog().getByLabel('Who').selectOption(AGENT),
      () => row('app/', 'tick').click(),
      () => row('keys/', 'tick').click(),
      () => row('mail/', 'tick').click(),
      () => dialog().getByRole('button', { name: 'Grant access' }).click(),
    ]
    for (const act of actions.slice(0, -1)) await act()
    // With the buttons that open the dialog and the tree.
    expect(actions.length + 2).toBeLessThanOrEqual(7)
    await expect.poll(lines).toEqual(['production app/**', 'production keys/**', 'staging mail/**'])
    await dialog().getByText('can read 4 secrets in production and 1 in staging now, until removed.').waitFor()
    await expect.poll(() => state('production')).toBe('mixed')

    await row('keys/', 'tick').click()
    await expect.poll(lines).toEqual(['production app/**', 'staging mail/**'])
    await button('Add path').click()
    await dialog().getByLabel('Paths (3)').fill('mail/*')
    await row('staging', 'tick').click()
    await expect.poll(lines).toEqual(['production app/**', 'staging mail/*', 'staging **'])
    await row('staging', 'tick').click()
    await expect.poll(lines).toEqual(['production app/**', 'staging mail/*'])
    await actions.at(-1)?.()
    await page.getByText('It takes effect now.').waitFor()
    expect(await policies()).toMatchObject([{ secret_path_pattern: 'app/**', principal_id: agent }])
  })

  it('shows what the lines say, and what a folder around it includes', async ({
    page,
    calls: { dialog },
    tree: { item, row, state, lines, open },
  }) => {
    await open()
    await dialog().getByLabel('Paths', { exact: true }).fill('app/db/url')
    await row('app/', 'open').click()
    await row('db/', 'open').click()
    await expect.poll(() => state('url')).toBe('true')
    expect(await Promise.all(['production', 'app/', 'db/', 'password'].map(state))).toEqual(['mixed', 'mixed', 'mixed', 'false'])
    await row('url', 'tick').click()
    await expect.poll(lines).toEqual(['production '])
    await row('db/', 'tick').click()
    await expect.poll(lines).toEqual(['production app/db/**'])
    await expect.poll(() => state('password')).toBe('true')
    await expect.poll(() => item('password').getAttribute('aria-disabled')).toBe('true')
    expect(await faultsOfAllLooks(page)).toEqual([])
    await row('password', 'tick').click()
    await expect.poll(() => lines()).toEqual(['production app/db/**'])
    await row('app/', 'tick').click()
    await expect.poll(lines).toEqual(['production app/**'])
  })

  it('is used with the keyboard alone', async ({ page, tree: { item, lines, open, focused } }) => {
    await open()
    await item('app/').waitFor()
    await page.keyboard.press('Tab')
    await expect.poll(() => focused()).toBe('production')
    const steps: readonly (readonly [string, string])[] = [
      ['ArrowRight', 'app/'],
      ['ArrowRight', 'app/'],
      ['ArrowDown', 'db/'],
      ['ArrowDown', 'key'],
      ['k', 'keys/'],
      ['k', 'key'],
      ['End', 'keys/'],
      ['ArrowUp', 'key'],
      ['ArrowLeft', 'app/'],
      ['ArrowLeft', 'app/'],
      ['ArrowDown', 'keys/'],
      ['ArrowLeft', 'production'],
      ['p', 'production'],
      ['End', 'keys/'],
      ['Home', 'production'],
      ['ArrowDown', 'app/'],
    ]
    for (const [key, expected] of steps) {
      await page.keyboard.press(key)
      await expect.poll(focused, { message: key }).toBe(expected)
      // The contents of a folder come from the server.
      if ((await item('app/').getAttribute('aria-expanded')) === 'true') await item('db/').waitFor()
    }
    await page.keyboard.press('Space')
    await expect.poll(lines).toEqual(['production app/**'])
    await page.keyboard.press('Space')
    await expect.poll(lines).toEqual(['production '])
    await expect.poll(() => page.locator('[role="tree"] [tabindex="0"]').count()).toBe(1)
  })

  it('asks for the content of a folder when it is opened, and for a long one page by page', async ({
    page,
    client,
    given: { vault },
    tree: { item, row, open, focused },
  }) => {
    const many = (folder: string, count: number) =>
      Array.from({ length: count }, (_, number) => ({ path: `${folder}/${String(number).padStart(4, '0')}`, value: 'v' }))
    const paths = [...many('large', 1200), ...many('large/deep', 30)]
    for (let from = 0; from < paths.length; from += 200) {
      await client.call('secrets.put-many', { params: { vault_id: vault }, body: { secrets: paths.slice(from, from + 200) } })
    }
    const asked: string[] = []
    page.on('request', request => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith(`${vault}/secrets`)) asked.push(searchParams.get('prefix') ?? '')
    })
    await open()
    await item('large/').waitFor()
    await expect.poll(() => item('large/').count()).toBe(1)
    expect(new Set(asked)).not.toContain('large/')
    await row('large/', 'open').click()
    await item('0499').waitFor()
    expect(asked.filter(prefix => prefix === 'large/')).toHaveLength(1)
    await expect.poll(() => item('0500').count()).toBe(0)
    await page.keyboard.press('ArrowDown')
    await item('Show more').focus()
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('0500')
    await item('Show more').locator('[data-part]').click()
    await expect.poll(focused).toBe('1000')
    await item('deep/').waitFor()
    await expect.poll(() => item('Show more').count()).toBe(0)
  })
})
