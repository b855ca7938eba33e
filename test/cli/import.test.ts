import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const OTHER_VAULT = '99999999-9999-4999-8999-999999999999'

interface Stored {
  value: string
  version: number
  type?: string
  is_disabled?: boolean
  max_access_count?: number
}

let folder = ''
let vaults: Record<string, Map<string, Stored>> = {}
let failAt = Number.POSITIVE_INFINITY
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-import-'))
  vaults = { [VAULT_ID]: new Map(), [OTHER_VAULT]: new Map() }
  failAt = Number.POSITIVE_INFINITY
})
afterEach(() => rmSync(folder, { recursive: true }))

const have = (path: string, value: string, more: Partial<Stored> = {}, vault = VAULT_ID) =>
  vaults[vault]?.set(path, { value, version: 1, ...more })
const valuesIn = (vault = VAULT_ID) => Object.fromEntries([...(vaults[vault] ?? [])].map(([path, { value }]) => [path, value]))

const about = (path: string, { value: _, ...rest }: Stored) => ({
  id: VAULT_ID,
  path,
  type: 'generic',
  created_at: '2026-03-01T12:00:00Z',
  ...rest,
})

const replies = {
  'vaults.list': () => ({
    vaults: [{ id: OTHER_VAULT, name: 'other', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }],
  }),
  'vaults.get': () => ({ id: VAULT_ID, name: 'own', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }),
  'secrets.list': ({ params }: Input<'secrets.list'>) => ({
    secrets: [...(vaults[params.vault_id] ?? [])].map(([path, stored]) => about(path, stored)),
  }),
  'secrets.read-many': ({ params, body = {} }: Input<'secrets.read-many'>) => ({
    secrets: [...(vaults[params.vault_id] ?? [])]
      .filter(([path]) => (body.paths ? body.paths.includes(path) : path.startsWith(body.prefix ?? '')))
      .map(([path, stored]) => ({ ...about(path, stored), value: stored.value })),
  }),
  'secrets.put': ({ params, body }: Input<'secrets.put'>) => {
    if (--failAt < 0) throw new Problem('server.unreachable', 'The server could not be reached.')
    const version = (vaults[VAULT_ID]?.get(params.path)?.version ?? 0) + 1
    vaults[VAULT_ID]?.set(params.path, { value: body.value, version })
    return about(params.path, { value: '', version })
  },
}

const putMany = ({ params, body }: Input<'secrets.put-many'>) => {
  for (const { path } of body.secrets)
    if (path.startsWith('closed/')) throw new Problem('policy.denied', 'Insufficient permissions')
  return { secrets: body.secrets.map(({ path, ...put }) => replies['secrets.put']({ params: { ...params, path }, body: put })) }
}

const PROFILE = { current: 'default', profiles: { default: { api_url: SERVER, credential_store: 'file' as const } } }

type Options = Parameters<typeof fakeWorld>[0] & {}

/** Each run has a new world; with `like`, it keeps that world's credential stores. */
async function ran(words: readonly string[], options: Options = {}, like?: ReturnType<typeof fakeWorld>) {
  const world = fakeWorld({
    env: SIGNED_IN,
    replies: { ...replies, 'secrets.put-many': putMany },
    cwd: folder,
    configDir: folder,
    settings: PROFILE,
    ...options,
  })
  if (like) for (const [account, secret] of like.stores.file) world.stores.file.set(account, secret)
  await runCommand(world.context, 'secrets', ...words)
  // Before it writes, the client asks each time whether the vault has a customer key.
  const asked = world.asked.map(({ id }) => id).filter(id => id !== 'vaults.get')
  return { world, out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked }
}

const file = (name: string, text: string) => writeFileSync(join(folder, name), text)

describe('secrets import', () => {
  it('writes what the file has', async () => {
    file('.env', 'A=1\nB="x y"\n')
    const { code, err } = await ran(['import', '.env', '--prefix', 'prod/'])
    expect([code, err.endsWith('Imported 2 secrets.\n')]).toEqual([0, true])
    expect(valuesIn()).toEqual({ 'prod/A': '1', 'prod/B': 'x y' })
  })

  it('shows a plan with names only, in every format', async () => {
    file('.env', 'A=s3cret1\nB=s3cret2\nC=s3cret3\n')
    have('B', 's3cret2')
    have('C', 'b3fore')
    for (const words of [[], ['--json'], ['-o', 'csv'], ['-o', 'yaml'], ['--verbose']]) {
      const { out, err, code } = await ran(['import', '.env', '--dry-run', ...words])
      expect([code, out + err]).toEqual([0, expect.not.stringMatching(/s3cret|b3fore/)])
      expect(err).toContain('Nothing was written. 1 to create, 1 unchanged, 1 with another value.')
      expect(out).toMatch(/A[\s\S]*create[\s\S]*B[\s\S]*unchanged[\s\S]*C/)
    }
    expect(valuesIn()).toEqual({ B: 's3cret2', C: 'b3fore' })
  })

  it('changes nothing the second time, and needs no read for that', async () => {
    file('.env', 'A=1\nB=2\n')
    const first = await ran(['import', '.env'])
    expect(first.asked).toEqual(['secrets.list', 'secrets.put', 'secrets.put'])
    const second = await ran(['import', '.env'], {}, first.world)
    expect([second.asked, second.code]).toEqual([['secrets.list'], 0])
    expect(second.err).toBe('Nothing to do. 2 left as they were.\n')
    file('.env', 'A=changed\nB=2\n')
    const third = await ran(['import', '.env', '--on-conflict', 'new-version'], {}, second.world)
    expect(third.asked).toEqual(['secrets.list', 'secrets.put'])
    expect(valuesIn()).toEqual({ A: 'changed', B: '2' })
  })

  it('keeps no value and no plain hash on this machine', async () => {
    file('.env', 'A=s3cret\n')
    await ran(['import', '.env'])
    const book = readFileSync(join(folder, 'imports.json'), 'utf8')
    expect(book).toMatch(/"A":\{"version":1,"fingerprint":"[0-9a-f]{32}"\}/)
    expect(book).not.toContain('s3cret')
    expect(book).not.toContain('1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0'.slice(0, 32))
  })

  it('compares by reading values that this machine does not remember', async () => {
    file('.env', 'A=1\nB=2\n')
    have('A', '1')
    have('B', '2', { version: 7 })
    const { asked, err } = await ran(['import', '.env'], { settings: {} })
    expect(asked).toEqual(['secrets.list', 'secrets.read-many'])
    expect(err).toBe('Nothing to do. 2 left as they were.\n')
    expect(existsSync(join(folder, 'imports.json'))).toBe(false)
  })

  it('does not use up limited reads, or read disabled secrets', async () => {
    file('.env', 'A=1\nB=2\n')
    have('A', '1', { max_access_count: 3 })
    have('B', '2', { is_disabled: true })
    const { asked, out } = await ran(['import', '.env', '--dry-run'])
    expect(asked).toEqual(['secrets.list'])
    expect(out.match(/exists, cannot be compared/g)).toHaveLength(2)
  })

  it('stops before it writes anything when it cannot prompt', async () => {
    file('.env', 'A=1\nB=2\n')
    have('B', 'other')
    const { code, err, asked } = await ran(['import', '.env'])
    expect([code, asked.includes('secrets.put')]).toEqual([6, false])
    expect(err).toContain('One secret exists with another value: B. Nothing was imported.')
    expect(err).toContain('--on-conflict')
  })

  it.each([
    ['skip', { A: '1', B: 'b' }],
    ['new-version', { A: '1', B: '2' }],
  ])('--on-conflict %s', async (rule, values) => {
    file('.env', 'A=1\nB=2\n')
    have('B', 'b')
    expect((await ran(['import', '.env', '--on-conflict', rule])).code).toBe(0)
    expect(valuesIn()).toEqual(values)
  })

  it('asks a person about each, until one answer applies to all', async () => {
    file('.env', 'A=1\nB=2\nC=3\nD=4\n')
    for (const path of 'ABCD') have(path, 'before')
    const { world } = await ran(['import', '.env'], { tty: true, answers: ['skip', 'new-version', 'all-skip'] })
    expect(world.questions).toEqual([
      'A exists with another value.',
      'B exists with another value.',
      'C exists with another value.',
    ])
    expect(valuesIn()).toEqual({ A: 'before', B: '2', C: 'before', D: 'before' })
  })

  it('writes nothing when the person stops', async () => {
    file('.env', 'A=1\nB=2\n')
    have('B', 'before')
    expect((await ran(['import', '.env'], { tty: true, answers: ['fail'] })).code).toBe(130)
    expect(valuesIn()).toEqual({ B: 'before' })
  })

  it('continues where it was interrupted', async () => {
    file('.env', Array.from({ length: 20 }, (_, index) => `V${index}=${index}`).join('\n'))
    failAt = 7
    const first = await ran(['import', '.env'])
    expect([first.code, first.err.includes('7 of 20 secrets were imported, then:')]).toEqual([7, true])
    failAt = Number.POSITIVE_INFINITY
    const second = await ran(['import', '.env'], {}, first.world)
    expect(second.asked.filter(id => id === 'secrets.put')).toHaveLength(13)
    expect(second.asked).not.toContain('secrets.read-many')
    expect([...(vaults[VAULT_ID]?.values() ?? [])].every(({ version }) => version === 1)).toBe(true)
  })

  it('writes many secrets with few requests, and continues where one failed', async () => {
    file('.env', Array.from({ length: 250 }, (_, index) => `V${index}=${index}`).join('\n'))
    const first = await ran(['import', '.env'])
    expect(first.asked).toEqual(['secrets.list', 'secrets.put-many', 'secrets.put-many', 'secrets.put-many'])
    expect(valuesIn()).toMatchObject({ V0: '0', V249: '249' })
    expect((await ran(['import', '.env'], {}, first.world)).asked).toEqual(['secrets.list'])
  })

  it('writes the permitted ones of many secrets one by one, and names the others', async () => {
    file('.env', Array.from({ length: 60 }, (_, index) => `V${index}=${index}`).join('\n'))
    const { code, err, asked } = await ran(['import', '.env', '--map', 'V7=closed/V7'], {
      replies: {
        ...replies,
        'secrets.put-many': putMany,
        'secrets.put': input => {
          if (input.params.path.startsWith('closed/')) throw new Problem('policy.denied', 'Insufficient permissions')
          return replies['secrets.put'](input)
        },
      },
    })
    expect([code, asked.filter(id => id === 'secrets.put-many')]).toEqual([5, ['secrets.put-many']])
    expect(err).toContain('secrets were imported, then: Insufficient permissions: write on closed/V7')
    expect(Object.keys(valuesIn())).toContain('V6')
  })

  it('writes large values in separate requests', async () => {
    file('.env', Array.from({ length: 60 }, (_, index) => `V${index}=${'x'.repeat(400_000)}`).join('\n'))
    const { asked } = await ran(['import', '.env'])
    expect(asked.filter(id => id === 'secrets.put-many')).toHaveLength(30)
  })

  it('reads stdin, and prints JSON without values', async () => {
    const { out } = await ran(['import', '-', '--json'], { stdin: '{"db":{"url":"s3cret"}}' })
    expect(JSON.parse(out)).toEqual([{ path: 'db/url', version: 1, fate: 'create' }])
  })

  it.each([[['nowhere']], [['empty']], [['.env', '--map', 'x']], [['.env', '--from', 'aws']]])(
    'refuses %j before any request',
    async words => {
      file('.env', 'A=1\n')
      file('empty', '# nothing\n')
      expect(await ran(['import', ...words])).toMatchObject({ code: 2, asked: [] })
    },
  )
})

describe('secrets diff', () => {
  it('shows how a file differs from a vault, by fingerprints', async () => {
    file('.env', 'A=s3cret\nB=s3cret\nC=3\n')
    have('prod/A', 's3cret')
    have('prod/B', 's3cret2')
    have('prod/D', '4')
    have('test/X', 'x')
    const { out, err, code } = await ran(['diff', '.env', '--prefix', 'prod/', '--all', '--json'])
    expect(code).toBe(10)
    expect(err).toContain('3 of 4 secrets differ.')
    expect(out).not.toContain('s3cret')
    const rows = JSON.parse(out) as { path: string; state: string; left?: string; right?: string }[]
    expect(rows.map(({ path, state }) => `${path} ${state}`)).toEqual(['A same', 'B different', 'C only left', 'D only right'])
    const [a, b] = rows
    expect(a?.left).toMatch(/^[0-9a-f]{12}$/)
    expect([a?.right, b?.left, b?.right === a?.left]).toEqual([a?.left, a?.left, false])
  })

  it('uses a new fingerprint key for each run', async () => {
    file('.env', 'A=1\n')
    const left = async () => JSON.parse((await ran(['diff', '.env', '--json'])).out)[0].left
    expect(await left()).not.toBe(await left())
  })

  it('compares two vaults, and two prefixes', async () => {
    have('A', '1')
    have('A', '1', {}, OTHER_VAULT)
    expect(await ran(['diff', '--with', 'other'])).toMatchObject({ code: 0, out: '', err: 'No differences.\n' })
    have('B', '2', {}, OTHER_VAULT)
    expect(await ran(['diff', '--with', 'other', '-o', 'plain'])).toMatchObject({
      code: 10,
      out: expect.stringMatching(/^B\tonly right\t\t[0-9a-f]{12}\n$/),
    })
    have('x/K', 'v')
    have('y/K', 'v')
    expect((await ran(['diff', '--prefix', 'x/', '--with-prefix', 'y/'])).code).toBe(0)
  })

  it.each([[[]], [['.env', '--with', 'other']]])('refuses %j', async words => {
    file('.env', 'A=1\n')
    expect(await ran(['diff', ...words])).toMatchObject({ code: 2, asked: [] })
  })
})
