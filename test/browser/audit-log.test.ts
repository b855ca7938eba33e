import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { apiOf, openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { fakeWorld } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

interface Event {
  readonly seq: number
  readonly action: string
  readonly actor_id: string
  readonly vault_id?: string
  readonly details: Record<string, unknown>
}

const NAMES = ['deployer', 'one', 'two'] as const

const it = consoleTests({}, 'admin')
  .extend('scene', { scope: 'file', auto: true }, async ({ server, client }) => {
    const production = (await client.call('vaults.create', { body: { name: 'production' } })).id
    const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
    const put = (vault_id: string, path: string) =>
      client.call('secrets.put', { params: { vault_id, path }, body: { value: 'x' } })
    for (const path of ['stripe/key', 'stripe/hook', 'db/url']) await put(production, path)
    await put(staging, 'stripe/key')
    const agents: { id: string; key: string }[] = []
    for (const name of NAMES) {
      const { agent, api_key: key } = await client.call('agents.register', { body: { name } })
      agents.push({ id: agent.id, key: String(key) })
    }
    const deployer = agents[0] as (typeof agents)[number]
    const body = { principal_type: 'agent' as const, principal_id: deployer.id, permissions: ['read' as const] }
    const params = { vault_id: production }
    await client.call('policies.create', { params, body: { ...body, secret_path_pattern: 'stripe/*' } })
    const conditions = { ip_allowlist: ['203.0.113.0/24'] }
    await client.call('policies.create', { params, body: { ...body, secret_path_pattern: 'db/url', conditions } })
    const read = (key: string, path: string) => apiOf(server.url, key).call('secrets.get', { params: { ...params, path } })
    for (let n = 0; n < 4; n++) await read(deployer.key, 'stripe/key')
    // Repeats of one agent would be summed up, so each is by another one.
    for (const { key } of agents.slice(1)) await expect(read(key, 'stripe/key')).rejects.toMatchObject({ status: 403 })
    await expect(read(deployer.key, 'db/url')).rejects.toMatchObject({ status: 403 })
    // Replies do not wait for the events of refusals.
    await vi.waitFor(
      async () =>
        expect((await client.call('audit.events', { query: { outcome: 'denied', limit: 1000 } })).events).toHaveLength(3),
      15_000,
    )
    return { production, deployer }
  })
  .extend('calls', ({ server, page, person: admin, client }) => {
    const eventsOf = async (query: object) =>
      (await client.call('audit.events', { query: { ...query, limit: 1000 } })).events as readonly Event[]
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const chip = (name: string) => page.getByRole('list', { name: 'Filters' }).getByRole('link', { name, exact: true })
    const row = (text: string) => page.getByRole('row').filter({ hasText: text })
    /** Except the heading of the table. */
    const rows = async () => Math.max(0, (await page.getByRole('row').count()) - 1)
    const open = (query = '') => openSignedIn(page, `${server.url}/audit${query}`, admin, 'Audit')
    const search = async (text: string) => {
      await page.getByRole('searchbox', { name: 'Search the log' }).fill(text)
      await page.getByRole('searchbox', { name: 'Search the log' }).press('Enter')
    }
    const shown = (query: object) => eventsOf(query).then(events => Math.min(50, events.length))
    function daysAsked(): number {
      const { searchParams } = new URL(page.url())
      const [from, to] = ['from', 'to'].map(name => Date.parse(searchParams.get(name) ?? ''))
      return Math.round(((to as number) - (from as number)) / 86_400_000)
    }
    async function saved(name: string): Promise<string> {
      const [download] = await Promise.all([page.waitForEvent('download'), button(name).click()])
      return readFile(await download.path(), 'utf8')
    }
    return { eventsOf, button, chip, row, rows, open, search, shown, daysAsked, saved }
  })

/** The initial filter of the page: no views of lists. */
const USUAL = { kinds: 'reads,changes,sign-ins' }

describe('the audit log', () => {
  it('is searched with chips that the address keeps, and Back goes through the searches', async ({
    page,
    calls: { open, rows, shown, chip },
  }) => {
    await open()
    await expect.poll(rows).toBe(await shown(USUAL))
    await chip('Denied or failed').click()
    await expect.poll(rows).toBe(await shown({ outcome: 'denied,failed' }))
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('denied,failed')
    await chip('Agents').click()
    await expect.poll(rows).toBe(await shown({ outcome: 'denied,failed', actor_type: 'agent' }))
    await chip('Denied or failed').click()
    await chip('Reads').click()
    await expect.poll(rows).toBe(await shown({ kinds: 'reads', actor_type: 'agent' }))
    await page.goBack()
    await page.goBack()
    await expect.poll(rows).toBe(3)
    await page.reload()
    await expect.poll(rows).toBe(3)
    await page.getByRole('link', { name: 'Clear all' }).click()
    await chip('Views of lists').click()
    await expect.poll(rows).toBe(await shown({}))
  })

  it('understands the name of an agent, a pattern of paths and the name of a vault', async ({
    page,
    calls: { open, search, rows, row },
  }) => {
    await open()
    await search('stripe/** production')
    // Four reads, two refusals, two writes.
    await expect.poll(rows).toBe(4 + 2 + 2)
    await row('secret.read').first().getByText('· production').waitFor()
    await search('deployer db/*')
    await expect.poll(rows).toBe(1)
    await search('nothing-like-this')
    await page.getByText('No events match these filters.').waitFor()
    await page.goBack()
    await expect.poll(rows).toBe(1)
    await expect.poll(() => page.getByRole('searchbox', { name: 'Search the log' }).inputValue()).toBe('deployer db/*')
  })

  it('shows in an expanded row everything that was recorded, and why a request was denied, then and now', async ({
    page,
    scene: { deployer },
    calls: { open, eventsOf, button },
  }) => {
    await open('?q=deployer%20db/url')
    await page.getByRole('button', { name: /secret\.read/ }).click()
    await page.getByText('A policy covers this path, but not from this address (127.0.0.1).').waitFor()
    await page.getByText('ip_allowlist').waitFor()
    const [event] = await eventsOf({ q: 'deployer db/url' })
    for (const text of [String(event?.details['policy_id']), deployer.id]) await page.getByText(text).first().waitFor()
    await button('Check now').click()
    await page.getByText('Now, from your address:').waitFor()
    await button('Grant access').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Paths').first().waitFor()
    await expect.poll(() => dialog.getByLabel('Paths').first().inputValue()).toBe('db/url')
    await page.keyboard.press('Escape')
    await open('?q=one&outcome=denied')
    await page.getByRole('button', { name: /secret\.read/ }).click()
    await page.getByText('No policy granted this.').waitFor()
    await open('?action=secret.read&outcome=ok')
    await page
      .getByRole('button', { name: /secret\.read/ })
      .first()
      .click()
    await page.getByText('A policy allowed it.').waitFor()
  })

  it('is narrowed to days on the bars by a click, a drag, or the arrow keys with Shift', async ({
    page,
    calls: { open, daysAsked },
  }) => {
    await open()
    const days = page.locator('.chart-day')
    await days.last().waitFor()
    await days.last().click()
    await expect
      .poll(() => new URL(page.url()).searchParams.get('from')?.slice(0, 10))
      .toBe(new Date().toISOString().slice(0, 10))
    await page.goBack()
    const [first, last] = await Promise.all([days.nth(10).boundingBox(), days.nth(13).boundingBox()])
    if (!first || !last) throw new Error('There are no bars.')
    await page.mouse.move(first.x + 5, first.y + 20)
    await page.mouse.down()
    await page.mouse.move(last.x + 5, last.y + 20, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => daysAsked()).toBe(4)
    await page.goBack()
    await days.last().focus()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await expect.poll(() => daysAsked()).toBe(3)
  })

  it('updates live, and pauses under the pointer', async ({ page, client, calls: { open, rows, shown, button, row } }) => {
    await open('?action=vault.create')
    await expect.poll(rows).toBe(await shown({ action: 'vault.create' }))
    await button('Follow').click()
    await client.call('vaults.create', { body: { name: 'arrived' } })
    await row('arrived').waitFor()
    await page.getByText(/\d+ events? this minute/).waitFor()
    await row('arrived').hover()
    await client.call('vaults.create', { body: { name: 'later' } })
    const asked = page.waitForRequest(/audit\/events/, { timeout: 4_000 }).catch(() => undefined)
    expect(await asked).toBeUndefined()
    await page.mouse.move(0, 0)
    await row('later').waitFor()
  })

  it('is exported with exactly the rows of the filter, as CSV and as JSON lines', async ({
    page,
    calls: { open, rows, eventsOf, saved },
  }) => {
    await open('?q=stripe/**&outcome=denied,failed')
    await expect.poll(rows).toBe(2)
    await page.getByRole('button', { name: 'Other formats' }).click()
    const expected = (await eventsOf({ q: 'stripe/**', outcome: 'denied,failed' })).map(({ seq }) => seq)
    const lines = await saved('These events as JSON lines')
    expect(
      lines
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as Event).seq),
    ).toEqual(expected)
    const [, ...table] = (await saved('Export as CSV')).trim().split('\r\n')
    expect(table.map(line => Number(line.split(',')[0]))).toEqual(expected)
    expect(table[0]).toContain('no-policy')
  })

  it('is exported with its signed heads, and the line on the page verifies it', async ({
    server,
    page,
    calls: { open, saved },
  }) => {
    await open()
    await page.getByRole('button', { name: 'Other formats' }).click()
    const file = join(server.dataDir, '1claw-audit-trail.json')
    await writeFile(file, await saved('Signed trail, all events'))
    const line = await page.locator('.drop-body code').textContent()
    const words = (line ?? '').split(' ').slice(1)
    const world = fakeWorld({ configDir: join(server.dataDir, 'config') })
    await runCommand(world.context, ...words.map(word => (word === '1claw-audit-trail.json' ? file : word)))
    expect(world.stdout()).toContain('The audit trail is sound')
  })

  it('is verified as intact, or shows what is wrong with it', async ({ page, calls: { open, button } }) => {
    await open()
    await button('Verify').click()
    await page.getByText('Intact', { exact: true }).waitFor()
    await page.route(/audit\/verify$/, async route => {
      const reply = await route.fetch()
      const faults = [{ seq: 2, kind: 'edited', detail: 'event 2 was changed' }]
      await route.fulfill({ json: { ...(await reply.json()), ok: false, faults } })
    })
    await button('Verify').click()
    await page.getByText('Not intact').waitFor()
    await page.getByText('event 2 was changed').waitFor()
  })

  it('shows at least 14 events below the bars on a screen of 820 px, in rows of one line with one time each', async ({
    page,
    calls: { open, rows, shown },
  }) => {
    await page.setViewportSize({ width: 1280, height: 820 })
    await open()
    await expect.poll(rows).toBe(await shown(USUAL))
    await page.locator('.chart-bars').waitFor()
    await page.locator('.chip').first().waitFor()
    const heights = await page.evaluate<number[]>(ROWS_IN_SIGHT)
    expect(heights.length).toBeGreaterThanOrEqual(14)
    expect(Math.max(...heights)).toBeLessThanOrEqual(36)
    await expect.poll(() => page.locator('tbody tr').first().locator('time').count()).toBe(1)
  })

  it('shows older events page by page', async ({ page, client, scene: { production }, calls: { open, row, rows } }) => {
    for (let n = 0; n < 55; n++) {
      await client.call('secrets.put', { params: { vault_id: production, path: `many/${n}` }, body: { value: 'x' } })
    }
    await open('?q=many/*')
    await row('many/54').waitFor()
    await page.getByRole('link', { name: 'Older' }).click()
    await row('many/0').waitFor()
    await expect.poll(rows).toBe(5)
    await page.goBack()
    await row('many/54').waitFor()
  })
})

/** The heights of the rows that are completely visible while the bars are visible, too. */
const ROWS_IN_SIGHT = `document.querySelector('.chart-bars').getBoundingClientRect().top < 0 ? [] :
  [...document.querySelectorAll('tbody tr')].map(row => row.getBoundingClientRect()).filter(({ bottom }) => bottom <= innerHeight).map(({ height }) => height)`
