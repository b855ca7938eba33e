import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NOW } from '../../support/fake-context.ts'
import { cacheDir, cacheFiles, clockAt, GET, here, machineGone, machineMade, ran } from '../../support/offline-machine.ts'

beforeEach(machineMade)
afterEach(machineGone)

describe('without its flags', () => {
  it('nothing is cached and no cache is used', async () => {
    await ran(GET)
    expect(existsSync(cacheDir())).toBe(false)
    await ran([...GET, '--prefer-offline'])
    expect(await ran(GET, { away: true })).toMatchObject({ code: 7, out: '', err: expect.not.stringContaining('cache') })
  })
})

describe('--prefer-offline', () => {
  it('caches what it reads and uses it while it is recent, saying how old it is', async () => {
    expect(await ran([...GET, '--prefer-offline'])).toMatchObject({ out: 's3cret', err: '', asked: ['secrets.get'] })
    here.secrets['prod/token'] = { value: 'new', version: 3 }
    const later = await ran([...GET, '--prefer-offline', '--quiet'], { after: 12 })
    expect(later).toMatchObject({ out: 's3cret', asked: [], code: 0 })
    expect(later.err).toBe(`note: the server was not asked; prod/token from the cache of ${clockAt(NOW)}, 12 minutes old.\n`)
    expect(await ran([...GET, '--prefer-offline'], { after: 61 })).toMatchObject({ out: 'new', err: '', asked: ['secrets.get'] })
  })

  it('requests values older than --cache-max-age, and reports an unreachable server as usual', async () => {
    await ran([...GET, '--prefer-offline'])
    const words = [...GET, '--prefer-offline', '--cache-max-age', '10m']
    expect(await ran(words, { after: 9 })).toMatchObject({ asked: [] })
    expect(await ran(words, { after: 11, away: true })).toMatchObject({
      code: 7,
      out: '',
      err: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('--cache-max-age by itself', () => {
  it('asks the server first, and says why it uses the cache', async () => {
    const words = [...GET, '--cache-max-age', '1h']
    await ran(words)
    here.secrets['prod/token'] = { value: 'new', version: 3 }
    expect(await ran(words, { after: 5 })).toMatchObject({ out: 'new', err: '' })
    const away = await ran(words, { after: 25, away: true })
    expect(away).toMatchObject({ out: 'new', code: 0 })
    expect(away.err).toContain('cannot be reached (ECONNREFUSED); prod/token from the cache of')
    expect(away.err).toContain('20 minutes old')
    expect(await ran(words, { after: 90, away: true })).toMatchObject({ code: 7, out: '' })
    expect(await ran(['secrets', 'get', 'prod/db-url', '--cache-max-age', '1h'], { away: true })).toMatchObject({ code: 7 })
  })

  it('has a limit', async () => {
    expect(await ran([...GET, '--cache-max-age', '8d'])).toMatchObject({ code: 2, err: expect.stringContaining('7d at most') })
    expect(await ran([...GET, '--offline', '--prefer-offline'])).toMatchObject({ code: 2 })
  })
})

describe('--offline', () => {
  it('serves every command that reads values, including by vault name', async () => {
    const template = join(here.folder, 'a.tpl')
    writeFileSync(template, 'token={{ 1claw://main/prod%2Ftoken }}')
    const commands = [
      GET,
      ['secrets', 'get', 'prod/token', '--version', '1'],
      ['secrets', 'get', 'prod/token', 'prod/db-url'],
      ['read', '1claw://main/app%2Fenv?field=B'],
      ['inject', '-i', template],
      ['export', '--format', 'json'],
      ['export', '--prefix', 'prod/', '--only', 'TOKEN', '--format', 'json'],
      ['secrets', 'get', 'prod/token', '--json'],
    ]
    for (const words of commands) {
      const online = await ran([...words, '--cache-max-age', '1h'])
      const offline = await ran([...words, '--offline'], { after: 1 })
      expect({ words, code: offline.code, out: offline.out, asked: offline.asked }).toEqual({
        words,
        code: 0,
        out: online.out,
        asked: [],
      })
      expect(online.err).toBe('')
      expect(offline.err).toContain('the server was not asked; ')
    }
    expect((await ran(['export', '--prefix', 'prod/', '--format', 'json', '--offline'])).err).toContain(
      '2 values from the cache of',
    )
  })

  it('says that a list comes from the cache', async () => {
    const words = ['export', '--only', 'TOKEN', '--format', 'json']
    await ran([...words, '--cache-max-age', '1h'])
    const { err } = await ran([...words, '--offline'], { after: 2 })
    expect(err).toContain('the list of secrets from the cache of')
    expect(err).toContain('2 values from the cache of')
  })

  it.each([
    [
      'nothing is cached',
      [] as string[],
      'Nothing is cached for this login on this machine, and --offline does not contact the server.',
    ],
    ['this is not', GET, 'prod/db-url is not in the cache of this machine, and --offline does not contact the server.'],
  ])('fails like a stopped server when %s', async (_, before, said) => {
    if (before.length > 0) await ran([...before, '--prefer-offline'])
    const { code, err, asked } = await ran(['secrets', 'get', 'prod/db-url', '--offline'])
    expect([code, asked]).toEqual([7, []])
    expect(err).toContain(`error: ${said}\n`)
    expect(err).toContain('hint: ')
  })

  it('does not use values older than a week or the given age', async () => {
    await ran([...GET, '--prefer-offline'])
    expect(await ran([...GET, '--offline'], { after: 6 * 24 * 60 })).toMatchObject({
      code: 0,
      err: expect.stringContaining('6 days old'),
    })
    expect(await ran([...GET, '--offline'], { after: 8 * 24 * 60 })).toMatchObject({
      code: 7,
      err: expect.stringContaining('older than 7d'),
    })
    expect(await ran([...GET, '--offline', '--cache-max-age', '30m'], { after: 40 })).toMatchObject({ code: 7 })
  })

  it('does not use values that are newer than the clock', async () => {
    await ran([...GET, '--prefer-offline'], { after: 60 })
    expect(await ran([...GET, '--offline'])).toMatchObject({ code: 7 })
  })
})

describe('the setting', () => {
  const profile = { cache: 'on' } as const

  it('caches what is read, does not use it by default, and mentions that it could', async () => {
    await ran(GET, { profile })
    const away = await ran(GET, { profile, away: true, after: 3 })
    expect(away).toMatchObject({ code: 7, out: '' })
    expect(away.err).toContain(`hint: The cache has a copy from ${clockAt(NOW)}, 3 minutes old: add --offline to use it.`)
    expect(await ran([...GET, '--offline'], { profile })).toMatchObject({ code: 0, out: 's3cret' })
  })

  it('is on or off, and turning it off clears the cache', async () => {
    expect(await ran(['config', 'set', 'cache', 'maybe'])).toMatchObject({ code: 2 })
    const { world } = await ran(['config', 'set', 'cache', 'on'])
    expect(world.settings().profiles['default']).toMatchObject({ cache: 'on' })
    await ran(GET, { profile })
    expect(cacheFiles()).toHaveLength(1)
    const off = await ran(['config', 'set', 'cache', 'off'], { profile })
    expect([cacheFiles(), off.world.settings().profiles['default']?.cache]).toEqual([[], undefined])
    expect((await ran(['config', 'get', 'cache'])).out).toBe('off\n')
  })
})

describe('cache status', () => {
  it('lists the contents, without values and without a server', async () => {
    await ran(['read', '1claw://main/prod%2Ftoken', '--prefer-offline'])
    const { out, err, asked } = await ran(['cache', 'status', '--json'], { after: 5 })
    expect(JSON.parse(out)).toEqual([{ vault: 'main', path: 'prod/token', version: 2, read_at: new Date(NOW).toISOString() }])
    expect(asked).toEqual([])
    expect(err).toContain('The cache of the profile default is off. Its file: ')
    expect(err).toContain('Its key: the encrypted file.')
    expect(out + err).not.toContain('s3cret')
    await ran(['cache', 'clear'])
    expect(await ran(['cache', 'status'])).toMatchObject({ code: 0, out: '', err: expect.stringContaining('Nothing is cached.') })
  })
})
