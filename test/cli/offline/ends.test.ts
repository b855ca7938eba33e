import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '../../../src/problem.ts'
import { VAULT_ID } from '../../support/fake-context.ts'
import { cacheFiles, GET, here, machineGone, machineMade, ran, tokenFor } from '../../support/offline-machine.ts'

beforeEach(machineMade)
afterEach(machineGone)

describe('a later reply of the server', () => {
  const all = ['export', '--format', 'json', '--prefer-offline']
  const offline = (path: string) => ran(['secrets', 'get', path, '--offline'])

  it('clears the cache when the credential has expired or was revoked, in any command', async () => {
    await ran(all)
    here.refusal = new Problem('auth.required', 'no')
    await ran(['vaults', 'list'])
    expect(cacheFiles()).toEqual([])
    expect(await offline('prod/token')).toMatchObject({ code: 7 })
  })

  it.each(['policy.denied', 'resource.unknown', 'resource.gone'] as const)('removes a value at %s', async code => {
    await ran(all)
    here.refusal = new Problem(code, 'no')
    await ran(GET)
    expect((await offline('prod/token')).code).toBe(7)
    expect((await offline('prod/db-url')).code).toBe(0)
  })

  it('removes what is missing from a list, or disabled or replaced there', async () => {
    await ran(all)
    here.secrets = { 'prod/db-url': { value: 'new', version: 2 }, 'app/env': { value: 'A=1\nB=2', type: 'env_bundle' } }
    await ran(['export', '--only', 'A', '--format', 'json', '--cache-max-age', '1h'])
    expect([(await offline('prod/token')).code, (await offline('prod/db-url')).code, (await offline('app/env')).code]).toEqual([
      7, 7, 0,
    ])
  })

  it('removes what a read by prefix no longer returns', async () => {
    await ran(all)
    delete here.secrets['prod/token']
    await ran(all, { after: 70 })
    expect((await offline('prod/token')).code).toBe(7)
  })

  it('removes what this machine has overwritten', async () => {
    await ran(all)
    await ran(['secrets', 'set', 'prod/token', '--from-env', 'NEW'], { env: { NEW: 'n' } })
    expect(here.secrets['prod/token']?.value).toBe('n')
    expect([(await offline('prod/token')).code, (await offline('prod/db-url')).code]).toEqual([7, 0])
  })

  it('has no effect while the server is unreachable', async () => {
    await ran(all)
    await ran(GET, { away: true })
    expect((await offline('prod/token')).code).toBe(0)
  })
})

describe('the cache is removed with its key', () => {
  it.each([[['logout']], [['cache', 'clear']], [['profiles', 'remove', 'default', '--yes']]])('by %s', async words => {
    await ran([...GET, '--prefer-offline'])
    await ran([...GET, '--prefer-offline'], { env: { ONECLAW_TOKEN: tokenFor(`user:${VAULT_ID}`) } })
    expect([cacheFiles().length, here.file.has('cache:default')]).toEqual([2, true])
    expect(await ran(words)).toMatchObject({ code: 0 })
    expect([cacheFiles(), here.file.has('cache:default')]).toEqual([[], false])
  })
})
