import { describe, expect, it } from 'vitest'
import { PAGED } from '../../../src/client/paged.ts'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const paths = Array.from({ length: 25 }, (_, index) => `prod/${String(index).padStart(2, '0')}`)
const named = ({ secrets }: { secrets: { path: string }[] }) => secrets.map(({ path }) => path)

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId: vault }) => {
    const list = async (query: string, token = owner.token) =>
      (await ok(world.call('GET', `/v1/vaults/${vault}/secrets${query}`, { token }))).body
    return { list }
  }),
)

describe.each(engines)('a list of secrets on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId: vault }) => {
    for (const path of [...paths, 'prod', 'prod-eu/x', 'staging/x']) await world.put(owner, vault, path, 'value')
  })

  it('comes in pages that join without a gap, in the order of the paths', async ({ calls: { list } }) => {
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await list(`?prefix=prod/&limit=7${cursor && `&cursor=${cursor}`}`)
      expect(page.secrets.length).toBeLessThanOrEqual(7)
      seen.push(...named(page))
      cursor = page.next_cursor ?? ''
    } while (cursor)
    expect(seen).toEqual(paths)
  })

  it('has no cursor on the last page', async ({ calls: { list } }) => {
    expect('next_cursor' in (await list('?prefix=staging/&limit=1'))).toBe(false)
  })

  it('compares the prefix as text', async ({ calls: { list } }) => {
    expect(named(await list('?prefix=prod-'))).toEqual(['prod-eu/x'])
    expect(named(await list('?prefix=prod')).length).toBe(27)
    expect(named(await list('?prefix=%F0%9F%98%80'))).toEqual([])
  })

  it('shows an agent what its policies match, whatever they start with', async ({
    world,
    owner,
    vaultId: vault,
    calls: { list },
  }) => {
    const agent = await world.agent(owner)
    await world.policy(owner, vault, agent, 'prod/0*'.replace('0*', '01'), ['read'])
    await world.policy(owner, vault, agent, 'staging/**', ['read'])
    expect(named(await list('', agent.token))).toEqual(['prod/01', 'staging/x'])
    await world.policy(owner, vault, agent, '**/x', ['read'])
    expect(named(await list('', agent.token))).toEqual(['prod-eu/x', 'prod/01', 'staging/x'])
    await world.policy(owner, vault, agent, 'prod', ['read'])
    expect(named(await list('?limit=2', agent.token))).toEqual(['prod', 'prod-eu/x'])
  })

  it('leaves out large metadata, which the secret itself returns', async ({ world, owner, vaultId: vault, calls: { list } }) => {
    const metadata = { note: 'x'.repeat(5000) }
    await ok(
      world.call('PUT', `/v1/vaults/${vault}/secrets/large`, {
        token: owner.token,
        body: { value: 'v', metadata, type: 'note' },
      }),
    )
    expect((await list('?prefix=large')).secrets[0].metadata ?? {}).toEqual({})
    const whole = await ok(world.call('GET', `/v1/vaults/${vault}/secrets/large`, { token: owner.token }))
    expect(whole.body.metadata).toEqual(metadata)
  })

  it('refuses a limit above a thousand and a cursor of another list', async ({ world, owner, vaultId: vault }) => {
    for (const query of ['?limit=1001', '?limit=0', '?cursor=abc']) {
      const { status } = await world.call('GET', `/v1/vaults/${vault}/secrets${query}`, { token: owner.token })
      expect([query, status]).toEqual([query, 400])
    }
  })

  it('refuses a pattern with more than 32 segments or four stars', async ({ world, owner, vaultId: vault }) => {
    const agent = await world.agent(owner)
    const grant = (pattern: string) =>
      world.call('POST', `/v1/vaults/${vault}/policies`, {
        token: owner.token,
        body: { secret_path_pattern: pattern, principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
      })
    expect((await grant('*/*/*/*/*')).status).toBe(400)
    expect((await grant(`${'a/'.repeat(32)}b`)).body.fields.secret_path_pattern).toContain('at most 32 segments, 4 of them stars')
    expect((await grant('**/a/**/b/*')).status).toBe(201)
  })
})

describe('every list', () => {
  const all: readonly EndpointSpec[] = Object.values(endpoints)
  const lists = all.filter(({ id, method, reply }) => {
    const shape = (reply as { shape?: Record<string, { def?: { type?: string } }> } | undefined)?.shape ?? {}
    return (method === 'GET' || id === 'account.export') && Object.values(shape).some(field => field.def?.type === 'array')
  })

  it('is fetched completely by our own client when no page is asked for', () => {
    const paged = lists.filter(({ query, reply }) => {
      const has = (schema: unknown, name: string) => name in ((schema as { shape?: object } | undefined)?.shape ?? {})
      return has(query, 'cursor') && has(reply, 'next_cursor')
    })
    expect(paged.map(({ id }) => id).filter(id => !id.startsWith('audit.'))).toEqual(expect.arrayContaining([...PAGED].sort()))
  })
})
