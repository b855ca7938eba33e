import { describe, expect } from 'vitest'
import { joined } from '../support/console.ts'
import { AGENT, PATHS, policyTests } from '../support/scenes/policy-pages.ts'

const it = policyTests()

/** Patterns, and the paths that they match. */
const MATCHED: Record<string, string[]> = {
  'app/*': ['app/key'],
  'app/**': ['app/db/password', 'app/db/url', 'app/key'],
  '**/url': ['app/db/url'],
  '*/signer': ['keys/signer'],
  'nothing/*': [],
  '**': PATHS,
}

describe('the policies of a vault', () => {
  it('are created with conditions and an expiry, and listed with words and names', async ({
    page,
    given: { agent },
    calls: { openPolicies, openGrant, dialog, policies },
  }) => {
    await openPolicies()
    await page.getByText('No policies yet.').waitFor()
    await openGrant()
    await dialog().getByLabel('Who').selectOption(AGENT)
    await dialog().getByLabel('Paths', { exact: true }).fill('app/**')
    await dialog().getByLabel('rotate').check()
    await dialog().getByLabel('How long').selectOption('Until a date…')
    await dialog().getByLabel('Expires').fill('2999-12-31T12:00')
    await dialog().getByText('Conditions (optional)').click()
    await dialog().getByLabel('Only from these addresses').fill('10.0.0.0/8, 2001:db8::1')
    await dialog().getByLabel('Only from', { exact: true }).fill('22:00')
    await dialog().getByLabel('until').fill('06:30')
    for (const day of ['Monday', 'Tuesday', 'Wednesday']) await dialog().getByLabel(day).check()
    await dialog().getByLabel('Time zone').fill('Europe/Berlin')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await page.getByText('It takes effect now.').waitFor()

    const [made] = await policies()
    expect(made).toMatchObject({
      secret_path_pattern: 'app/**',
      principal_type: 'agent',
      principal_id: agent,
      permissions: ['read', 'rotate'],
      expires_at: '2999-12-31T12:00:00.000Z',
      conditions: {
        ip_allowlist: ['10.0.0.0/8', '2001:db8::1'],
        time_window: { after: '22:00', before: '06:30', days: ['mon', 'tue', 'wed'], timezone: 'Europe/Berlin' },
      },
    })
    const row = await page.getByRole('row', { name: AGENT }).textContent()
    expect(row).toContain('Only from 10.0.0.0/8, 2001:db8::1')
    expect(row).toContain('Only Monday to Wednesday, 22:00 to 06:30 of the next day (Europe/Berlin)')
    expect(row).toContain('read, rotate')
    await expect.poll(() => page.locator('main b').count()).toBe(0)
  })

  it('show next to the entry what the server rejects in a condition', async ({
    page,
    person,
    calls: { openPolicies, openGrant, dialog, policies },
  }) => {
    await openPolicies()
    await openGrant()
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('Choose a person or an agent.').waitFor()
    await dialog().getByText('Enter a path or a pattern.').waitFor()
    await dialog().getByLabel('Who').selectOption(AGENT)
    await dialog().getByLabel('Paths', { exact: true }).fill('app/**')
    await dialog().getByText('Conditions (optional)').click()
    await dialog().getByLabel('Only from these addresses').fill('10.0.0.0/99')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('This must be an IP address or a CIDR range.').waitFor()
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('ips')
    await dialog().getByLabel('Only from these addresses').fill('')
    await dialog().getByLabel('Monday').check()
    await dialog().getByLabel('Time zone').fill('Middle/Earth')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('This must be an IANA time zone such as Europe/Berlin.').waitFor()
    await dialog().getByLabel('Who').selectOption(`${person.email} (you)`)
    expect(await policies()).toEqual([])
  })

  it('can be changed, and what is removed from the form is removed', async ({
    page,
    calls: { grant, openPolicies, button, dialog, policies },
  }) => {
    await grant('app/*', {
      permissions: ['read', 'write'],
      expires_at: '2999-01-01T00:00:00Z',
      conditions: { time_window: { start_hour: 9, end_hour: 17, days_of_week: [1, 7] }, ip_allowlist: ['10.0.0.1'] },
    })
    await openPolicies()
    await page.getByText('Only Monday, Sunday, 09:00 to 17:00 (UTC)').waitFor()
    await button('Edit the policy on app/*').click()
    await expect.poll(() => dialog().getByLabel('Only from', { exact: true }).inputValue()).toBe('09:00')
    await expect.poll(() => dialog().getByLabel('Expires').inputValue()).toBe('2999-01-01T00:00')
    await dialog().getByLabel('write').uncheck()
    await dialog().getByLabel('Only from these addresses').fill('')
    await dialog().getByLabel('Expires').fill('')
    await button('Save').click()
    await page.getByText('Policy saved.').waitFor()
    const [changed] = await policies()
    expect(changed?.permissions).toEqual(['read'])
    expect(changed?.conditions).toEqual({ time_window: { after: '09:00', before: '17:00', days: ['mon', 'sun'] } })
    expect(changed?.expires_at).toBeUndefined()

    await button('Edit the policy on app/*').click()
    await dialog().getByLabel('read').uncheck()
    await button('Save').click()
    await dialog().getByText('Choose at least one.').waitFor()
  })

  it('can be deleted, and deleting one twice is not an error', async ({
    page,
    client,
    given: { vault },
    calls: { grant, openPolicies, button, dialog, policies },
  }) => {
    const [one, two] = [await grant('app/*'), await grant('keys/*')]
    await openPolicies()
    await button('Remove access by the policy on app/*').click()
    await dialog().getByText(AGENT).waitFor()
    await button('Remove access').click()
    await page.getByText('The policy is deleted.').waitFor()
    expect((await policies()).map(({ id }) => id)).toEqual([two.id])
    expect(one.id).not.toBe(two.id)

    await button('Edit the policy on keys/*').click()
    await client.call('policies.delete', { params: { vault_id: vault, policy_id: two.id } })
    await button('Save').click()
    await dialog().getByText('There is no policy with this id in this vault.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('No policies yet.').waitFor()
  })
})

describe('access to several paths', () => {
  it('is granted in one dialog, in two vaults, with at most seven actions', async ({
    page,
    client,
    given: { agent },
    calls: { openPolicies, openGrant, dialog, button, policies },
  }) => {
    const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
    await client.call('secrets.put', { params: { vault_id: staging, path: 'app/db/url' }, body: { value: 'x' } })
    await openPolicies()
    const actions = [
      () => openGrant(),
      () => dialog().getByLabel('Who').selectOption(AGENT),
      () => dialog().getByLabel('Paths', { exact: true }).fill('app/*'),
      () => button('Add path').click(),
      () => dialog().getByLabel('Vault (2)').selectOption('staging'),
      () => dialog().getByLabel('Paths (2)').fill('app/**'),
      () => dialog().getByRole('button', { name: 'Grant access' }).click(),
    ]
    for (const [index, act] of actions.entries()) {
      if (index === 6) await dialog().getByText('can read 1 secret in production and 1 in staging now, until removed.').waitFor()
      await act()
    }
    await page.getByText('It takes effect now.').waitFor()
    expect((await policies()).map(each => each.secret_path_pattern)).toEqual(['app/*'])
    const others = (await client.call('policies.list', { params: { vault_id: staging } })).policies
    expect(others).toMatchObject([{ secret_path_pattern: 'app/**', principal_id: agent, permissions: ['read'] }])
  })

  it('is granted completely or not at all, and the faulty line says why', async ({
    page,
    calls: { openPolicies, openGrant, dialog, button, policies },
  }) => {
    await openPolicies()
    await openGrant()
    await dialog().getByLabel('Who').selectOption(AGENT)
    await dialog().getByLabel('Paths', { exact: true }).fill('app/**')
    await button('Add path').click()
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('Enter a path or a pattern.').waitFor()
    await dialog().getByLabel('Paths (2)').fill('app/**')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('This already exists.').waitFor()
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('paths-1')
    await button('Remove the line 1').click()
    await dialog().getByLabel('How long').selectOption('1 day')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await page.getByText('It takes effect now.').waitFor()
    const [made] = await policies()
    expect(Math.abs(Date.parse(made?.expires_at ?? '') - Date.now() - 86_400_000)).toBeLessThan(60_000)
  })
})

describe('the pattern, while it is typed', () => {
  it('shows what it matches, as the server decides', async ({
    client,
    given: { agent, vault },
    calls: { openPolicies, openGrant, dialog, grant },
  }) => {
    await openPolicies()
    await openGrant()
    for (const [pattern, matched] of Object.entries(MATCHED)) {
      await dialog().getByLabel('Paths', { exact: true }).fill(pattern)
      await dialog().getByText(`Matches ${matched.length} of the 4 secrets that you can list here.`).waitFor()
      await expect.poll(() => dialog().locator('.matches li').allTextContents()).toEqual(matched)
      const { id: policy_id } = await grant(pattern)
      for (const path of PATHS) {
        const body = { principal_type: 'agent', principal_id: agent, permission: 'read', path } as const
        const { allowed } = await client.call('policies.explain', { params: { vault_id: vault }, body })
        expect(allowed, `${pattern} ${path}`).toBe(matched.includes(path))
      }
      await client.call('policies.delete', { params: { vault_id: vault, policy_id } })
    }
  })

  it('reports that nothing matches yet, and shows only what can be read', async ({
    client,
    given: { vault },
    calls: { openPolicies, openGrant, dialog },
  }) => {
    for (let count = 0; count < 10; count++) {
      await client.call('secrets.put', { params: { vault_id: vault, path: `many/${count}` }, body: { value: 'x' } })
    }
    await openPolicies()
    await openGrant()
    await dialog().getByText('Type a pattern to see what it matches.').waitFor()
    for (const wrong of ['app/', '/app', 'a b', 'app/../x', 'ap*']) {
      await dialog().getByLabel('Paths', { exact: true }).fill(wrong)
      await dialog().getByText('Not a valid pattern yet').waitFor()
    }
    await dialog().getByLabel('Paths', { exact: true }).fill('many/*')
    await dialog().getByText('and 2 more').waitFor()
  })

  it('tells an admin without read access that nothing can be shown', async ({
    server,
    client,
    calls: { openPolicies, openGrant, dialog },
  }) => {
    const admin = await joined(server, client, 'admin')
    await openPolicies(admin.person)
    await openGrant()
    await dialog().getByText('You cannot list secrets here').waitFor()
  })
})

describe('the access check', () => {
  it('is answered by the server, with the rule that decides', async ({
    page,
    person,
    calls: { grant, openPolicies, button },
  }) => {
    await grant('app/*')
    await grant('keys/*', { conditions: { ip_allowlist: ['10.0.0.0/8'] } })
    await openPolicies()
    const panel = page.getByRole('region', { name: 'Check access' })
    const ask = async (who: string, path: string, ip = '') => {
      await panel.getByLabel('Who').selectOption(who)
      await panel.getByLabel('Path', { exact: true }).fill(path)
      await panel.getByLabel('From the address').fill(ip)
      const answer = page.waitForResponse(/\/policies\/explain$/)
      await button('Check').click()
      await answer
      await expect.poll(() => panel.getByRole('status').textContent()).not.toBe('')
      return panel.getByRole('status').textContent()
    }
    expect(await ask(AGENT, 'app/key')).toMatch(/^Allowed A policy grants it\.app\/\*: grants it ← deciding rule/)
    expect(await ask(AGENT, 'app/db/url')).toMatch(/^Denied No policy grants it\.app\/\*: does not match the path/)
    expect(await ask(AGENT, 'keys/signer')).toMatch(/keys\/\*: not from this address \(\S+ is outside 10\.0\.0\.0\/8\)/)
    expect(await ask(AGENT, 'keys/signer', '10.1.2.3')).toMatch(/^Allowed/)
    expect(await ask(`${person.email} (you)`, 'anything')).toBe('Allowed The principal created this vault.')
    await panel.getByLabel('From the address').fill('nowhere')
    await button('Check').click()
    await panel.getByText('This must be an IP address.').waitFor()
  })
})
