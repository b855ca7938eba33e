import { join } from 'node:path'
import { build } from 'vite'
import { describe, expect } from 'vitest'
import { closeTabs, openTab, theBrowser } from '../support/browser.ts'
import { testsOn } from '../support/fixtures.ts'
import { ROOT } from '../support/house/files.ts'

/** The client as a bundler builds it for browsers, by file name. */
async function bundled(): Promise<Map<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: false, lib: { entry: join(ROOT, 'src/sdk/sdk.ts'), formats: ['es'], fileName: 'sdk' } },
  })
  const outputs = (Array.isArray(built) ? built : [built]).flatMap(each => ('output' in each ? each.output : []))
  return new Map(outputs.map(file => [file.fileName, 'code' in file ? file.code : '']))
}

const it = testsOn('sqlite')
  .extend('browser', { scope: 'file' }, theBrowser)
  .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId, browser }, { onCleanup }) => {
    const baseUrl = await world.server.app.listen({ host: '127.0.0.1', port: 0 })
    await world.put(owner, vaultId, 'prod/db', 's3cret ü')
    const agent = await world.agent(owner)
    await world.policy(owner, vaultId, agent, '**', ['read'])
    const files = await bundled()
    const { page } = await openTab(browser)
    onCleanup(closeTabs)
    await page.route(`${baseUrl}/try/**`, route => {
      const name = new URL(route.request().url()).pathname.replace('/try/', '')
      if (name === '') return route.fulfill({ contentType: 'text/html', body: '<title>try</title>' })
      return route.fulfill({ contentType: 'text/javascript', body: files.get(name) ?? '' })
    })
    await page.goto(`${baseUrl}/try/`)
    return { baseUrl, agent, page }
  })
  .extend('calls', ({ scene: { baseUrl, page } }) => {
    /** Evaluates in the page an expression that uses a `client` with these options. */
    function inPage(options: object, expression: string): Promise<unknown> {
      const made = JSON.stringify({ baseUrl, ...options })
      return page.evaluate(
        `import('/try/sdk.js').then(({ createClient }) => { const client = createClient(${made}); return (${expression}) })`,
      )
    }
    return { inPage }
  })
it.beforeAll(() => {})

describe('the client for programs in a browser', () => {
  it('signs in with a key, once for many calls, and reads', async ({ vaultId, scene: { agent, page }, calls: { inPage } }) => {
    const exchanges: string[] = []
    page.on('request', request => request.url().endsWith('/v1/auth/agent-token') && exchanges.push(request.url()))
    const values = await inPage(
      { agentId: agent.id, apiKey: agent.key },
      `Promise.all([1, 2, 3].map(() => client.secrets.get('${vaultId}', 'prod/db').then(({ data }) => data.value)))`,
    )
    expect(values).toEqual(['s3cret ü', 's3cret ü', 's3cret ü'])
    expect(exchanges).toHaveLength(1)
  })

  it('shows why a call was refused, and can be cancelled', async ({ vaultId, scene: { agent }, calls: { inPage } }) => {
    const refused = await inPage(
      { token: agent.token },
      `client.secrets.put('${vaultId}', 'x', { value: 'v' }).then(({ data, error, meta }) => [data, error.code, meta.status])`,
    )
    expect(refused).toEqual([null, 'policy.denied', 403])
    const given = await inPage(
      { token: agent.token },
      `client.vaults.list(undefined, { signal: AbortSignal.abort() }).then(({ error }) => error.code)`,
    )
    expect(given).toBe('cancelled')
  })

  it('reads page by page, and encrypts with a customer key', async ({ world, owner, vaultId, calls: { inPage } }) => {
    const paths = await inPage(
      { token: owner.token },
      `(async () => { const found = []; for await (const { path } of client.secrets.list.each('${vaultId}', { limit: 1 })) found.push(path); return found })()`,
    )
    expect(paths).toEqual(['prod/db'])
    const key = Buffer.alloc(32, 7).toString('base64')
    const fingerprint = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.alloc(32, 7))).toString('hex')
    const sealed = await world.vault(owner)
    await world.call('POST', `/v1/vaults/${sealed}/cmek`, { token: owner.token, body: { fingerprint } })
    const read = await inPage(
      { token: owner.token, cmekKeys: [key] },
      `client.secrets.put('${sealed}', 'a', { value: 'mine' }).then(() => client.secrets.get('${sealed}', 'a')).then(({ data }) => data.value)`,
    )
    expect(read).toBe('mine')
    expect((await world.call('GET', `/v1/vaults/${sealed}/secrets/a`, { token: owner.token })).body.value).not.toContain('mine')
  })
})
