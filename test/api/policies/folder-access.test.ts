import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const PATHS = ['db/url', 'db/password', 'stripe/key', 'stripe/hooks/one', 'stripe/hooks/two', 'top']
const GRANTS: Readonly<Record<string, readonly string[]>> = {
  nobody: [],
  one: ['db/url'],
  stripe: ['stripe/**'],
  mixed: ['*/key', 'top', 'db/*'],
  all: ['**'],
}

describe.each(onEngines(testsOn))('who can read how much of each folder, on $engine', ({ it }) => {
  it('equals the decision for each secret, by folder, and below a prefix', async ({ world }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    for (const path of PATHS) await world.put(owner, vault, path, 'value')
    for (const [, patterns] of Object.entries(GRANTS)) {
      const agent = await world.agent(owner)
      for (const pattern of patterns) await world.policy(owner, vault, agent, pattern, ['read'])
    }
    const get = async (path: string) => (await ok(world.call('GET', `/v1/vaults/${vault}/${path}`, { token: owner.token }))).body
    for (const prefix of ['', 'stripe/', 'stripe/hooks/', 'none/']) {
      const { folders, principals } = await get(`folder-access?prefix=${prefix}`)
      const below = PATHS.filter(path => path.startsWith(prefix))
      const folderOf = (path: string) => /^[^/]*\//.exec(path.slice(prefix.length))?.[0] ?? ''
      const names = [...new Set(below.map(folderOf))].sort()
      expect(folders).toEqual(names.map(name => ({ name, secrets: below.filter(path => folderOf(path) === name).length })))
      const counts = new Map<string, number[]>()
      for (const path of below) {
        for (const { principal_id: id, allowed } of (await get(`access?path=${path}`)).principals) {
          const row = counts.get(id) ?? names.map(() => 0)
          counts.set(id, row)
          if (allowed) row[names.indexOf(folderOf(path))] = (row[names.indexOf(folderOf(path))] ?? 0) + 1
        }
      }
      for (const { principal_id, secrets } of principals) expect(secrets).toEqual(counts.get(principal_id) ?? [])
      expect(principals).toHaveLength(Object.keys(GRANTS).length + 1)
    }
  })

  it('comes in pages, and is shown to people who manage the policies', async ({ world }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    await world.put(owner, vault, 'a/b', 'value')
    const agent = await world.agent(owner)
    const call = (query: string, token = owner.token) => world.call('GET', `/v1/vaults/${vault}/folder-access${query}`, { token })
    const first = (await ok(call('?limit=1'))).body
    expect(first.principals).toMatchObject([{ principal_id: agent.id, secrets: [0] }])
    const rest = (await ok(call(`?limit=1&cursor=${first.next_cursor}`))).body
    expect(rest.principals).toMatchObject([{ principal_id: owner.id, secrets: [1] }])
    expect(rest.next_cursor).toBeUndefined()
    expect((await call('?prefix=a')).status).toBe(400)
    expect((await call('', (await world.colleague(owner)).token)).status).toBe(403)
  })
})
