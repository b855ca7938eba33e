import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig, type ServeFlags } from '../../../../server/config/config.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'))
})
afterAll(() => rm(folder, { recursive: true }))

const read = (env: Record<string, string> = {}, flags: ServeFlags = {}) => readConfig(flags, env)
const faultOf = (env: Record<string, string>, flags: ServeFlags = {}): string => {
  try {
    read(env, flags)
  } catch (error) {
    expect(error).toMatchObject({ code: 'config.invalid' })
    return (error as Error).message
  }
  return ''
}
async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('settings', () => {
  it('have a default for everything except secrets', () => {
    expect(read({ XDG_DATA_HOME: '/data' })).toMatchObject({
      dev: false,
      host: '127.0.0.1',
      port: 8271,
      dataDir: '/data/1claw/server',
      databaseUrl: undefined,
      keystore: 'software',
      rootKeyPassphrase: undefined,
      rootKeyShares: undefined,
      nextKeyStore: undefined,
      publicUrl: undefined,
      signup: 'open',
      limits: {
        address: { perSecond: 100, burst: 200 },
        principal: { perSecond: 200, burst: 400 },
        publicAuth: { perSecond: 1, burst: 5 },
      },
      trustedProxies: [],
      corsOrigins: [],
      tls: undefined,
      logLevel: 'info',
    })
  })

  it('accept a delay as seconds or as a duration', () => {
    const delay = (text: string) => read({ XDG_DATA_HOME: '/data', ONECLAW_SHUTDOWN_DELAY: text }).shutdownDelayMs
    expect(['0', '15', '15s', '1m30s', 'PT1M', '300'].map(delay)).toEqual([0, 15_000, 15_000, 90_000, 60_000, 300_000])
    for (const text of ['301', '6m', '-1', 'soon']) {
      expect(faultOf({ XDG_DATA_HOME: '/data', ONECLAW_SHUTDOWN_DELAY: text })).toContain('ONECLAW_SHUTDOWN_DELAY must be')
    }
  })

  it('prefer flags to the environment', () => {
    const env = { ONECLAW_HOST: '0.0.0.0', ONECLAW_PORT: '9000', ONECLAW_DATA_DIR: '/env' }
    expect(read(env)).toMatchObject({ host: '0.0.0.0', port: 9000, dataDir: '/env' })
    expect(read(env, { host: '::1', port: 0, dataDir: '/flag' })).toMatchObject({ host: '::1', port: 0, dataDir: '/flag' })
  })

  it('are lists separated by commas', () => {
    const env = {
      ONECLAW_TRUSTED_PROXIES: ' 10.0.0.1, 10.1.0.0/16 ,,::1',
      ONECLAW_CORS_ORIGINS: 'https://a.example,http://localhost:3000',
    }
    expect(read(env)).toMatchObject({
      trustedProxies: ['10.0.0.1', '10.1.0.0/16', '::1'],
      corsOrigins: ['https://a.example', 'http://localhost:3000'],
    })
  })

  it('can set each limit, or none', () => {
    const env = { ONECLAW_LIMIT_ADDRESS: '5/10', ONECLAW_LIMIT_PUBLIC_AUTH: '0.1/3' }
    expect(read(env).limits).toMatchObject({
      address: { perSecond: 5, burst: 10 },
      principal: { perSecond: 200, burst: 400 },
      publicAuth: { perSecond: 0.1, burst: 3 },
    })
    expect(read({ ...env, ONECLAW_RATE_LIMITS: 'off' }).limits.publicAuth.burst).toBeGreaterThan(1e6)
  })

  it('can set each ceiling and the disk reserve to whole numbers', () => {
    expect(read({ ONECLAW_MAX_VAULTS: '7', ONECLAW_DISK_RESERVE: '0' })).toMatchObject({
      ceilings: { vaults: 7, agents: 10_000 },
      diskReserve: 0,
    })
    expect(faultOf({ ONECLAW_MAX_SECRETS: 'many' })).toBe('ONECLAW_MAX_SECRETS must be a whole number from 0.')
  })

  it('that are empty count as absent', () => {
    expect(read({ ONECLAW_PORT: '', ONECLAW_SIGNUP: '', ONECLAW_DATABASE_URL: '' })).toMatchObject({
      port: 8271,
      signup: 'open',
      databaseUrl: undefined,
    })
  })

  it('of --dev stay on this machine, whatever the environment says', () => {
    const env = {
      ONECLAW_HOST: '0.0.0.0',
      ONECLAW_DATABASE_URL: 'postgres://prod/db',
      ONECLAW_KEYSTORE: 'pkcs11',
      XDG_DATA_HOME: '/data',
    }
    expect(read(env, { dev: true })).toMatchObject({
      dev: true,
      host: '127.0.0.1',
      databaseUrl: undefined,
      keystore: 'software',
      dataDir: '/data/1claw/dev',
    })
  })

  it('of --dev refuse a host that others can reach', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'claw.example.com']) {
      expect(() => read({}, { dev: true, host })).toThrow('--host with --dev')
    }
    for (const host of ['127.0.0.2', '::1', 'localhost']) expect(read({}, { dev: true, host }).host).toBe(host)
  })
})

describe('a setting in a file', () => {
  it('is read without the line break at its end', async () => {
    const pass = await file('pass', ' pass phrase \n')
    expect(read({ ONECLAW_ROOT_KEY_PASSPHRASE_FILE: pass }).rootKeyPassphrase).toBe(' pass phrase ')
    const windows = await file('windows', 'x\r\n')
    expect(read({ ONECLAW_UNSEAL_PASSPHRASE_FILE: windows }).rootKeyPassphrase).toBe('x')
    const token = { ONECLAW_KEYSTORE: 'pkcs11', ONECLAW_PKCS11_MODULE: 'x', ONECLAW_PKCS11_TOKEN_LABEL: 'x' }
    expect(read({ ...token, ONECLAW_PKCS11_PIN_FILE: await file('pin', '1234\n') }).pkcs11?.pin).toBe('1234')
    const shares = await file('shares', 'one\ntwo\n\n three\n')
    expect(read({ ONECLAW_UNSEAL_SHARES_FILE: shares }).rootKeyShares).toEqual(['one', 'two', 'three'])
  })

  it('is supported for every setting', async () => {
    const env = {
      ONECLAW_DATABASE_URL_FILE: await file('url', 'postgres://u:p@db/x\n'),
      ONECLAW_PORT_FILE: await file('port', '8000\n'),
      ONECLAW_SIGNUP_FILE: await file('signup', 'closed'),
    }
    expect(read(env)).toMatchObject({ databaseUrl: 'postgres://u:p@db/x', port: 8000, signup: 'closed' })
  })

  it('must not be set in the environment, too', async () => {
    const env = { ONECLAW_PORT: '1', ONECLAW_PORT_FILE: await file('port2', '2') }
    expect(faultOf(env)).toBe('ONECLAW_PORT and ONECLAW_PORT_FILE are both set; keep one.')
  })

  it('must be readable', () => {
    expect(faultOf({ ONECLAW_DATABASE_URL_FILE: join(folder, 'none') })).toBe(
      'ONECLAW_DATABASE_URL_FILE names a file that cannot be read (ENOENT).',
    )
    expect(faultOf({ ONECLAW_DATABASE_URL_FILE: folder })).toContain('EISDIR')
  })
})

describe('an invalid setting', () => {
  it.each([
    ['ONECLAW_PORT', '65536'],
    ['ONECLAW_PORT', '-1'],
    ['ONECLAW_PORT', '80a'],
    ['ONECLAW_PORT', '1e3'],
    ['ONECLAW_PORT', '0x50'],
    ['ONECLAW_PORT', ' 80'],
    ['ONECLAW_KEYSTORE', 'tpm'],
    ['ONECLAW_SIGNUP', 'Open'],
    ['ONECLAW_RATE_LIMITS', 'false'],
    ['ONECLAW_LIMIT_ADDRESS', '100'],
    ['ONECLAW_LIMIT_PRINCIPAL', '0/5'],
    ['ONECLAW_LIMIT_PUBLIC_AUTH', '1/0'],
    ['ONECLAW_LOG_LEVEL', 'verbose'],
    ['ONECLAW_DATABASE_URL', 'mysql://db'],
    ['ONECLAW_TRUSTED_PROXIES', '10.0.0.0/8,localhost'],
    ['ONECLAW_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['ONECLAW_TRUSTED_PROXIES', '10.1'],
    ['ONECLAW_CORS_ORIGINS', '*'],
    ['ONECLAW_CORS_ORIGINS', 'https://a.example/'],
    ['ONECLAW_CORS_ORIGINS', 'a.example'],
    ['ONECLAW_PUBLIC_URL', 'ftp://a.example'],
    ['ONECLAW_PUBLIC_URL', 'a.example'],
    ['ONECLAW_PUBLIC_URL', 'https://a.example/?x=1'],
    ['ONECLAW_PUBLIC_URL', 'https://user:pass@a.example'],
  ])('%s=%s', (name, value) => {
    expect(faultOf({ [name]: value })).toMatch(new RegExp(`^${name} `))
  })

  it('is reported together with all others', () => {
    const message = faultOf({ ONECLAW_PORT: 'x', ONECLAW_SIGNUP: 'x', ONECLAW_CORS_ORIGINS: 'x', ONECLAW_LOG_LEVEL: 'x' })
    expect(message.split('\n')).toEqual([
      '4 settings are not valid:',
      expect.stringContaining('ONECLAW_PORT must be a port from 0 to 65535'),
      expect.stringContaining('ONECLAW_CORS_ORIGINS must be origins'),
      expect.stringContaining('ONECLAW_SIGNUP must be one of open, invite, closed'),
      expect.stringContaining('ONECLAW_LOG_LEVEL must be one of'),
    ])
  })

  it('is not repeated in the error, because it can be a secret', () => {
    const value = 'hunter2-hunter2'
    for (const name of ['DATABASE_URL', 'PORT', 'PUBLIC_URL', 'KEYSTORE', 'TRUSTED_PROXIES']) {
      expect(faultOf({ [`ONECLAW_${name}`]: value })).not.toContain(value)
    }
  })

  it('can be a PKCS#11 key store without module, token or PIN', () => {
    const needed = ['PKCS11_MODULE', 'PKCS11_TOKEN_LABEL', 'PKCS11_PIN'].map(name => `ONECLAW_${name}`)
    const env = { ONECLAW_KEYSTORE: 'pkcs11' }
    for (const name of needed) expect(faultOf(env)).toContain(`${name} is needed with ONECLAW_KEYSTORE=pkcs11`)
    const all = Object.fromEntries(needed.map(name => [name, 'x']))
    expect(read({ ...env, ...all }).pkcs11).toEqual({ module: 'x', tokenLabel: 'x', pin: 'x', mode: 'per-vault' })
    expect(faultOf({ ...env, ...all, ONECLAW_PKCS11_MODE: 'shared' })).toMatch(/^ONECLAW_PKCS11_MODE must be one of/)
  })

  it('can be a passphrase of the root key under two names, or together with shares', () => {
    const passphrase = { ONECLAW_UNSEAL_PASSPHRASE: 'canary-1' }
    for (const other of ['ONECLAW_ROOT_KEY_PASSPHRASE', 'ONECLAW_UNSEAL_SHARES']) {
      const fault = faultOf({ ...passphrase, [other]: 'canary-2' })
      expect(fault).toContain('are both set; keep one')
      expect(fault).not.toContain('canary')
    }
  })

  it('can be a second key store without its token, or two stores of software keys', () => {
    const next = { ONECLAW_NEXT_KEYSTORE: 'pkcs11', ONECLAW_NEXT_PKCS11_MODULE: 'x', ONECLAW_NEXT_PKCS11_TOKEN_LABEL: 'new' }
    expect(faultOf(next)).toBe('ONECLAW_NEXT_PKCS11_PIN is needed with ONECLAW_NEXT_KEYSTORE=pkcs11.')
    expect(read({ ...next, ONECLAW_NEXT_PKCS11_PIN: 'x', ONECLAW_NEXT_PKCS11_MODE: 'wrapped' })).toMatchObject({
      keystore: 'software',
      nextKeyStore: { keystore: 'pkcs11', pkcs11: { module: 'x', tokenLabel: 'new', pin: 'x', mode: 'wrapped' } },
    })
    expect(faultOf({ ONECLAW_NEXT_KEYSTORE: 'software' })).toMatch(/^ONECLAW_NEXT_KEYSTORE cannot be software too/)
  })

  it('can be TLS with a missing file, or without a certificate', async () => {
    const garbage = await file('garbage.pem', 'not a certificate')
    expect(faultOf({ ONECLAW_TLS_CERT: garbage })).toMatch(/^ONECLAW_TLS_KEY is needed too/)
    expect(faultOf({ ONECLAW_TLS_KEY: garbage })).toMatch(/^ONECLAW_TLS_CERT is needed too/)
    expect(faultOf({ ONECLAW_TLS_CERT: garbage, ONECLAW_TLS_KEY: join(folder, 'none') })).toContain('ENOENT')
    expect(faultOf({ ONECLAW_TLS_CERT: garbage, ONECLAW_TLS_KEY: garbage })).toMatch(
      /^ONECLAW_TLS_CERT and ONECLAW_TLS_KEY are not/,
    )
  })
})
