import { describe, expect, it } from 'vitest'
import { collect, type Selection } from '../../../../../src/cli/env/collect.ts'
import { envFileEntries } from '../../../../../src/cli/env/env-file.ts'
import { lookAt } from '../../../../../src/cli/env/watch.ts'
import { createClient } from '../../../../../src/client/client.ts'

const OWN = '11111111-1111-4111-8111-111111111111'
const SHARED = '22222222-2222-4222-8222-222222222222'

interface Stored {
  value: string
  type?: string
  version?: number
  cmek_encrypted?: boolean
  is_disabled?: boolean
  expires_at?: string
}

/** A server with these secrets, and the list of its requests. */
function serverWith(vaults: Record<string, Record<string, Stored>>) {
  const asked: string[] = []
  const send = async ({ method, url, body = '' }: { method: string; url: string; body?: string | undefined }) => {
    const { pathname } = new URL(url)
    asked.push(`${method} ${pathname.replace(OWN, 'own').replace(SHARED, 'shared')} ${body}`.trim())
    const [, , , vault = '', kind, ...rest] = pathname.split('/')
    const answer = (reply: object, status = 200) => ({ status, headers: {}, body: JSON.stringify(reply) })
    if (vault === '')
      return answer({
        vaults: [
          { id: OWN, name: 'own' },
          { id: SHARED, name: 'shared things' },
        ],
      })
    const secrets = Object.entries(vaults[vault] ?? {}).map(([path, secret]) => ({
      type: 'generic',
      version: 1,
      ...secret,
      path,
    }))
    if (kind === 'secrets') return answer({ secrets: secrets.map(({ value: _, ...rest }) => rest) })
    if (kind === 'secret-version') return answer({ path: rest[0], type: 'generic', value: `version ${rest.at(-1)}` })
    const wanted = JSON.parse(body) as { paths?: string[]; prefix?: string }
    const { paths, prefix = '' } = wanted
    const found = secrets.filter(({ path }) => (paths ? paths.includes(path) : path.startsWith(prefix)))
    return paths && found.length < paths.length
      ? answer({ detail: 'There is no secret there.' }, 404)
      : answer({ secrets: found })
  }
  const client = createClient({ baseUrl: 'http://server.test', transport: { send, close: async () => {} } })
  return { asked, source: { client, vaultId: async () => OWN } }
}

const ALL: Selection = { paths: [], entries: [], naming: 'last' }
const pairs = async (...args: Parameters<typeof collect>) =>
  Object.fromEntries([...(await collect(...args))].map(([name, { value }]) => [name, value]))

describe('the collector of variables', () => {
  it('reads the whole vault in one round trip', async () => {
    const { source, asked } = serverWith({ [OWN]: { 'prod/a': { value: '1' }, 'prod/b-c': { value: '2' } } })
    expect(await pairs(source, ALL)).toEqual({ A: '1', B_C: '2' })
    expect(asked).toEqual(['POST /v1/vaults/own/secret-values {"prefix":""}'])
  })

  it('accepts a prefix, whole paths as names, and the keys of bundles', async () => {
    const { source, asked } = serverWith({
      [OWN]: { 'prod/a': { value: '1' }, 'prod/env': { value: 'X=2\nY=3', type: 'env_bundle' }, 'test/a': { value: '4' } },
    })
    expect(await pairs(source, { ...ALL, prefix: 'prod/', naming: 'path' })).toEqual({ PROD_A: '1', X: '2', Y: '3' })
    expect(asked).toEqual(['POST /v1/vaults/own/secret-values {"prefix":"prod/"}'])
  })

  it('fails when nothing has the prefix', async () => {
    const { source } = serverWith({ [OWN]: { 'prod/a': { value: '1' } } })
    await expect(collect(source, { ...ALL, prefix: 'prdo/' })).rejects.toMatchObject({ code: 'resource.unknown' })
  })

  it('reads paths and references with one round trip for each vault', async () => {
    const { source, asked } = serverWith({
      [OWN]: { 'prod/a': { value: '1' }, 'prod/b': { value: '2' } },
      [SHARED]: { 'smtp/password': { value: '3' } },
    })
    const paths = ['prod/a', '1claw://shared%20things/smtp/password', 'prod/b']
    expect(await pairs(source, { ...ALL, paths })).toEqual({ A: '1', B: '2', PASSWORD: '3' })
    expect(asked.sort()).toEqual([
      'GET /v1/vaults',
      'POST /v1/vaults/own/secret-values {"paths":["prod/a","prod/b"]}',
      'POST /v1/vaults/shared/secret-values {"paths":["smtp/password"]}',
    ])
  })

  it('reads the lines of an env file, and then nothing else from the vault', async () => {
    const { source, asked } = serverWith({ [SHARED]: { a: { value: '1' }, bundle: { value: 'X=1', type: 'env_bundle' } } })
    const entries = envFileEntries(
      `L=literal\nA=1claw://${SHARED}/a\nOLD=1claw://${SHARED}/a?version=7\nB=1claw://${SHARED}/bundle`,
      '.env',
    )
    expect(await pairs(source, { ...ALL, entries })).toEqual({ L: 'literal', A: '1', OLD: 'version 7', B: 'X=1' })
    expect(asked.sort()).toEqual([
      'GET /v1/vaults/shared/secret-version/a/7',
      'POST /v1/vaults/shared/secret-values {"paths":["a","bundle"]}',
    ])
  })

  it('reads with --only only the selected values', async () => {
    const { source, asked } = serverWith({
      [OWN]: {
        'prod/a': { value: '1' },
        'prod/b': { value: '2' },
        'prod/env': { value: 'C=3\nD=4', type: 'env_bundle' },
        'old/a': { value: 'x', is_disabled: true },
        'older/a': { value: 'x', expires_at: '2001-01-01T00:00:00Z' },
      },
    })
    expect(await pairs(source, { ...ALL, only: ['A', 'C'] })).toEqual({ A: '1', C: '3' })
    expect(asked).toEqual(['GET /v1/vaults/own/secrets', 'POST /v1/vaults/own/secret-values {"paths":["prod/a","prod/env"]}'])
    await expect(collect(source, { ...ALL, only: ['NOPE'] })).rejects.toThrow('--only asks for NOPE')
  })

  it('names both sides of a collision, whatever they are', async () => {
    const { source } = serverWith({ [OWN]: { 'prod/env': { value: 'A=1', type: 'env_bundle' }, 'test/a': { value: '2' } } })
    await expect(collect(source, ALL)).rejects.toThrow('A in prod/env and test/a would both be the variable A.')
    const entries = envFileEntries('A=3', '.env')
    await expect(collect(source, { ...ALL, paths: ['test/a'], entries })).rejects.toThrow('test/a and A in .env')
  })

  it('never returns ciphertext', async () => {
    const { source } = serverWith({ [OWN]: { 'prod/a': { value: 'AQID', cmek_encrypted: true } } })
    await expect(collect(source, ALL)).rejects.toMatchObject({
      code: 'secret.unreadable',
      message: expect.stringContaining('prod/a'),
    })
  })

  it('passes on refusals of the server', async () => {
    const { source } = serverWith({ [OWN]: {} })
    await expect(collect(source, { ...ALL, paths: ['nope'] })).rejects.toMatchObject({ code: 'resource.unknown' })
  })
})

describe('the fingerprint of a selection', () => {
  const secrets = { 'prod/a': { value: '1' }, 'prod/b': { value: '2' }, 'test/c': { value: '3' } }
  const print = async (selection: Selection, change: Record<string, Stored> = {}) =>
    lookAt(serverWith({ [OWN]: { ...secrets, ...change } }).source, selection)()

  it('changes only with versions, disabling and additions in the selection', async () => {
    for (const selection of [
      { ...ALL, prefix: 'prod/' },
      { ...ALL, paths: ['prod/a', 'prod/b'] },
    ]) {
      const before = await print(selection)
      expect(await print(selection)).toBe(before)
      expect(await print(selection, { 'test/c': { value: '3', version: 2 } })).toBe(before)
      expect(await print(selection, { 'prod/a': { value: '1', version: 2 } })).not.toBe(before)
      expect(await print(selection, { 'prod/a': { value: '1', is_disabled: true } })).not.toBe(before)
    }
    expect(await print(ALL, { 'new/d': { value: '' } })).not.toBe(await print(ALL))
  })

  it('needs no list while the server says that nothing has changed', async () => {
    const sent: (string | undefined)[] = []
    let tag = '"one"'
    const send = async ({ headers }: { headers: Readonly<Record<string, string>> }) => {
      const known = headers['if-none-match']
      sent.push(known)
      if (known === tag) return { status: 304, headers: { etag: tag }, body: '' }
      return { status: 200, headers: { etag: tag }, body: JSON.stringify({ secrets: [{ path: 'a', version: sent.length }] }) }
    }
    const client = createClient({ baseUrl: 'http://server.test', transport: { send, close: async () => {} } })
    const look = lookAt({ client, vaultId: async () => OWN }, ALL)
    const first = await look()
    expect(await look()).toBe(first)
    tag = '"two"'
    expect(await look()).not.toBe(first)
    expect(sent).toEqual([undefined, '"one"', '"one"'])
  })

  it('reads no value', async () => {
    const { source, asked } = serverWith({ [OWN]: secrets })
    await lookAt(source, { ...ALL, paths: ['prod/a', `1claw://${SHARED}/x`] })()
    expect(asked.sort()).toEqual(['GET /v1/vaults/own/secrets', 'GET /v1/vaults/shared/secrets'])
  })
})
