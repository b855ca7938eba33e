import { describe, expect } from 'vitest'
import { apiOf, view } from '../support/console.ts'
import { secretTests } from '../support/scenes/secret-pages.ts'

const it = secretTests()

describe('the secrets of a vault', () => {
  it('are browsed folder by folder and found by a filter, with their state next to them', async ({
    page,
    calls: { put, read, openVault, rows },
  }) => {
    await put('app/db/url')
    await put('app/db/password', 'x', { max_access_count: 1, type: 'password' })
    await read('app/db/password')
    await put('app', 'a secret with the name of a folder')
    await put('certificate', 'x', { type: 'certificate', expires_at: new Date(Date.now() + 86_400_000).toISOString() })
    await openVault()
    await expect.poll(() => rows()).toEqual(['app/', 'app', 'certificate'])
    await expect.poll(() => page.getByRole('row', { name: 'certificate' }).textContent()).toContain('Expires soon')

    await page.getByRole('link', { name: 'app/' }).click()
    await view(page, 'app/')
    await page.getByRole('link', { name: 'db/' }).click()
    await view(page, 'app/db/')
    await expect.poll(() => rows()).toEqual(['password', 'url'])
    const used = await page.getByRole('row', { name: 'password' }).textContent()
    expect(used).toContain('1 of 1')
    expect(used).toContain('Used up')
    await expect.poll(() => page.locator('h1:focus').count()).toBe(1)

    await page.getByLabel('Search this vault').fill('DB ur')
    await page.getByText('1 of 4 secrets').waitFor()
    await expect.poll(() => rows()).toEqual(['app/db/url'])
    await page.getByLabel('Search this vault').fill('<b>nothing')
    await page.getByText('No secret matches “<b>nothing”.').waitFor()
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'production' }).click()
    await view(page, 'production')
    await page.goBack()
    await view(page, 'app/db/')
    await page.getByText('No secret matches “<b>nothing”.').waitFor()
  })

  it('are written with all fields that a secret can have', async ({ page, calls: { openVault, button, newest, read } }) => {
    await openVault()
    await button('New secret').click()
    await page.getByLabel('Path', { exact: true }).fill('app/token')
    await page.getByRole('textbox', { name: 'Value' }).fill('two\nlines & <b>')
    await page.getByLabel('Type').selectOption('API key')
    await page.getByLabel('Expires').fill('2999-01-31T09:30')
    await page.getByLabel('Read limit').fill('7')
    await page.getByLabel('Metadata').fill('owner=<i>me</i>\nport=8080\nequation=a=b')
    await button('Save secret').click()
    await view(page, 'app/token')
    const written = await newest('app/token')
    expect(written).toMatchObject({
      version: 1,
      type: 'api_key',
      expires_at: '2999-01-31T09:30:00.000Z',
      max_access_count: 7,
      metadata: { owner: '<i>me</i>', port: 8080, equation: 'a=b' },
    })
    expect(await read('app/token')).toBe('two\nlines & <b>')
    await page.getByRole('main').getByText('<i>me</i>').first().waitFor()
    await expect.poll(() => page.locator('main i, main b').count()).toBe(0)
  })

  it('take a value exactly from a generator or a file, and refuse what is not text', async ({
    page,
    calls: { openVault, button, read },
  }) => {
    await openVault()
    await button('New secret').click()
    await page.getByLabel('Path', { exact: true }).fill('generated')
    await button('Generate').click()
    const generated = await page.getByRole('textbox', { name: 'Value' }).inputValue()
    expect(generated).toMatch(/^[\w-]{43}$/)
    await button('Save secret').click()
    await view(page, 'generated')
    expect(await read('generated')).toBe(generated)

    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'production' }).click()
    await button('New secret').click()
    await page.getByLabel('Path', { exact: true }).fill('file')
    const choose = (name: string, bytes: Buffer) =>
      page.getByLabel('File with the value').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes })
    await choose('photo.png', Buffer.from([0x89, 0x50, 0xff]))
    await page.getByText('photo.png: It is not UTF-8 text.').waitFor()
    await choose('big.txt', Buffer.alloc(5 * 1024 * 1024 + 1, 'x'))
    await page.getByText('big.txt: It is larger than 5 MiB.').waitFor()
    await choose('windows.txt', Buffer.from('\uFEFFone\r\ntwo\r\n'))
    await page.getByText('windows.txt').waitFor()
    await button('Save secret').click()
    await view(page, 'file')
    expect(await read('file')).toBe('\uFEFFone\r\ntwo\r\n')
  })

  it('are written by keyboard alone', async ({ page, calls: { openVault, read } }) => {
    await openVault()
    const { keyboard } = page
    const tabTo = async (name: string) => {
      for (let stops = 0; stops < 30; stops++) {
        await keyboard.press('Tab')
        const here = page.locator(':focus')
        if ((await here.count()) === 1 && (await here.textContent()) === name) return
      }
      throw new Error(`The keyboard does not lead to ${name}.`)
    }
    await page.getByText('No secrets yet').waitFor()
    await tabTo('New secret')
    await keyboard.press('Enter')
    await keyboard.type('typed/key')
    await keyboard.press('Tab')
    await keyboard.type('typed value')
    await tabTo('Save secret')
    await keyboard.press('Enter')
    await view(page, 'typed/key')
    await expect.poll(() => page.locator('h1:focus').count()).toBe(1)
    expect(await read('typed/key')).toBe('typed value')
  })

  it('show what is wrong with an entry, next to it', async ({ page, calls: { openVault, button } }) => {
    await openVault()
    await button('New secret').click()
    await button('Save secret').click()
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('path')
    await page.getByText('Enter a value, generate one, or choose a file.').waitFor()
    await page.getByLabel('Path', { exact: true }).fill('no spaces')
    await page.getByRole('textbox', { name: 'Value' }).fill('x')
    await page.getByLabel('Metadata').fill('nothing')
    await page.getByLabel('Expires').fill('2001-01-01T00:00')
    await button('Save secret').click()
    await page.getByText('Write each line as key=value; this line is not: nothing').waitFor()
    await page.getByText('This is in the past.').waitFor()
    await page.getByLabel('Metadata').fill('')
    await page.getByLabel('Expires').fill('')
    await button('Save secret').click()
    await page.getByText(/must use only letters, digits, - _ \. and single slashes/).waitFor()
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('path')
  })
})

describe('a secret', () => {
  it('gets new versions, reports one that was written at the same time, and starts from the current value on request', async ({
    page,
    calls: { put, openSecret, button, newest, read, versionRows },
  }) => {
    await put('key', 'first', { type: 'note', metadata: { owner: 'ada' } })
    await openSecret('key')
    await button('New version').click()
    await button('Start from the current value').click()
    await expect.poll(() => page.getByRole('textbox', { name: 'Value' }).inputValue()).toBe('first')
    await page.getByRole('textbox', { name: 'Value' }).fill('third')
    await put('key', 'second', { type: 'note' })
    await button('Save version').click()
    await page.getByText('Version 3 is saved. Someone else saved version 2 in the meantime.').waitFor()
    expect(await newest('key')).toMatchObject({ version: 3, type: 'note', metadata: { owner: 'ada' } })
    expect(await read('key')).toBe('third')
    await expect.poll(versionRows).toEqual(['Version 3', 'Version 2', 'Version 1'])
  })

  it('is rotated by the server', async ({ page, calls: { put, openSecret, button, dialog, read } }) => {
    await put('key', 'first')
    await openSecret('key')
    await button('Rotate').click()
    await page.getByLabel('Length').fill('7')
    await dialog().getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('Enter a whole number from 8 to 1024.').waitFor()
    await page.getByLabel('Length').fill('40')
    await page.getByLabel('Made of').selectOption('Hexadecimal digits')
    await dialog().getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('Version 2 has a random value.').waitFor()
    expect(await read('key')).toMatch(/^[0-9a-f]{40}$/)
  })

  it('shows who wrote each version, shows an old one on a click and disables one', async ({
    server,
    page,
    person,
    client,
    vault,
    calls: { put, openSecret, button, dialog },
  }) => {
    await put('key', 'canary-one')
    const { agent, api_key } = await client.call('agents.register', { body: { name: '<u>writer</u>' } })
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: '*', principal_type: 'agent', principal_id: agent.id, permissions: ['write'] },
    })
    await apiOf(server.url, api_key).call('secrets.put', {
      params: { vault_id: vault, path: 'key' },
      body: { value: 'canary-two' },
    })
    await openSecret('key')
    await page.getByRole('row', { name: 'Version 2' }).getByText('<u>writer</u> (agent)').waitFor()
    await page.getByRole('row', { name: 'Version 1' }).getByText(person.email).waitFor()
    await expect.poll(() => page.getByRole('main').textContent()).not.toContain(agent.id)

    await button('View version 1').click()
    await dialog().getByRole('button', { name: 'Reveal' }).click()
    await dialog().getByText('canary-one').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()
    expect(await page.content()).not.toContain('canary')

    await button('Show more actions of version 1').click()
    await button('Disable version 1').click()
    await dialog().getByRole('button', { name: 'Disable' }).click()
    await page.getByText('Version 1 is disabled.').waitFor()
    await page.getByRole('row', { name: 'Version 1' }).getByText('Disabled').waitFor()
    await expect.poll(() => button('View version 1').count()).toBe(0)
    const gone = client.call('secrets.version', { params: { vault_id: vault, path: 'key', version: 1 } })
    await expect(gone).rejects.toMatchObject({ status: 410 })
  })

  it('is deleted after a confirmation, which Escape cancels', async ({
    page,
    calls: { put, openSecret, button, dialog, read },
  }) => {
    await put('app/key')
    await openSecret('app/key')
    await button('Delete').click()
    await page.keyboard.press('Escape')
    await expect.poll(() => dialog().count()).toBe(0)
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Delete')
    await button('Delete').click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await view(page, 'app/')
    await page.getByText('app/key is deleted.').waitFor()
    await expect(read('app/key')).rejects.toMatchObject({ status: 410 })
    await button('Undo').click()
    await page.getByText('app/key is restored.').waitFor()
    await view(page, 'app/key')
    await read('app/key')
  })

  it('that someone else deleted is reported as gone by every action', async ({
    page,
    client,
    vault,
    calls: { put, openSecret, button, dialog },
  }) => {
    await put('key', 'canary')
    await openSecret('key')
    await client.call('secrets.delete', { params: { vault_id: vault, path: 'key' } })
    await button('Rotate').click()
    await dialog().getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('This secret was deleted.').waitFor()
    await page.keyboard.press('Escape')
    await button('Reveal').click()
    await page
      .getByText(/^This secret was deleted .+ by .+\. Restore it with the versions it had, or save a new value\.$/)
      .waitFor()
    await expect.poll(() => button('Share').count()).toBe(0)
  })

  it('that never existed is reported as such', async ({ page, calls: { openSecret } }) => {
    await openSecret('nothing/here')
    await page.getByText('There is no secret at this path.').waitFor()
  })
})

describe('a signing key', () => {
  it('is created in the key provider, and its page shows the address and nothing to reveal', async ({
    page,
    calls: { openVault, button, newest, dialog },
  }) => {
    await openVault()
    await button('New secret').click()
    await page.getByLabel('Type').selectOption('Private key')
    await button('Create a signing key instead').click()
    await button('Create key').click()
    await page.getByText('Enter a path, such as keys/ethereum-signer.').waitFor()
    await page.getByLabel('Path', { exact: true }).fill('keys/ethereum-signer')
    await button('Create key').click()
    await view(page, 'keys/ethereum-signer')
    const address = (await newest('keys/ethereum-signer'))?.metadata?.['address']
    await page.getByRole('region', { name: 'Signing key' }).getByText(String(address)).waitFor()
    await expect.poll(() => page.getByRole('main').textContent()).toContain('nobody can read it')
    for (const name of ['Reveal', 'Share', 'Rotate', 'View version 1']) await expect.poll(() => button(name).count()).toBe(0)

    await expect.poll(() => button('New version').count()).toBe(0)
    await button('Delete').click()
    await dialog().getByText('can never be moved again').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'keys' }).click()
    await button('New signing key').click()
    await page.getByLabel('Path', { exact: true }).fill('keys/ethereum-signer')
    await button('Create key').click()
    await dialog().getByText('cannot be overwritten').waitFor()
  })

  it('is not shown for a secret that only claims to be one', async ({ page, calls: { put, openSecret, button } }) => {
    await put('made-up', 'canary', { type: 'private_key', metadata: { address: '0x1', key_provider: 'pkcs11' } })
    await openSecret('made-up')
    await button('Reveal').click()
    await page.getByText('canary').waitFor()
  })
})
