import { afterEach, expect, it, vi } from 'vitest'
import { readConfig } from '../../../../../server/config/config.ts'
import type { Unsealing } from '../../../../../server/modules/sealing/unsealing.ts'
import { openLocalSeal } from '../../../../../server/start/local-seal.ts'
import { buildSealedApp } from '../../../../../server/start/sealed-app.ts'

afterEach(() => vi.unstubAllEnvs())

const given: unknown[] = []
const sealed: Unsealing = {
  status: async () => ({ sealed: true, kind: 'passphrase' }),
  offer: async (offered, { isLocal }) => {
    given.push([offered, isLocal])
    return { sealed: false }
  },
  forget: () => {},
}

/** The reply of a sealed server to a passphrase from an address. */
async function offered(ip: string, headers: Record<string, string> = {}) {
  given.length = 0
  const env = { ONECLAW_TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.2', ONECLAW_RATE_LIMITS: 'off' }
  const config = readConfig({ dataDir: '/nowhere' }, env)
  const app = buildSealedApp({ config, unsealing: sealed, clock: () => 0, logger: false })
  let thrown: unknown
  app.addHook('onError', async (_, __, error) => {
    thrown = error
  })
  const payload = { passphrase: 'canary' }
  const reply = await app.inject({ method: 'POST', url: '/v1/unseal', remoteAddress: ip, headers, payload })
  await app.close()
  if (reply.statusCode === 403) expect(thrown).toMatchObject({ extras: { why: { rule: 'unencrypted' } } })
  return { status: reply.statusCode, given: given.length, isLocal: given.length > 0 && (given[0] as unknown[])[1] }
}

const proxied = (proto: string) => ({ 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': proto })

it('a server accepts unsealing from the machine itself and over TLS, and never in clear text from elsewhere', async () => {
  expect(await offered('127.0.0.1')).toMatchObject({ status: 200, given: 1 })
  expect(await offered('::1')).toMatchObject({ status: 200, given: 1 })
  expect(await offered('203.0.113.9')).toMatchObject({ status: 403, given: 0 })
  expect(await offered('10.0.0.1', proxied('https'))).toMatchObject({ status: 200, given: 1 })
  expect(await offered('10.0.0.1', proxied('http'))).toMatchObject({ status: 403, given: 0 })
  // Not a trusted proxy: anyone can send this header.
  expect(await offered('203.0.113.9', { ...proxied('https'), 'x-forwarded-for': '127.0.0.1' })).toMatchObject({
    status: 403,
    given: 0,
  })
})

it('a server is not deceived about the machine itself by a proxy on it or by a trusted caller', async () => {
  for (const ip of ['127.0.0.1', '::1', '127.0.0.2']) {
    expect(await offered(ip, { 'x-forwarded-for': '203.0.113.9' })).toEqual({ status: 403, given: 0, isLocal: false })
    for (const name of ['forwarded', 'via', 'x-real-ip', 'x-forwarded-for']) {
      expect(await offered(ip, { [name]: '127.0.0.1' })).toMatchObject({ status: 403, given: 0 })
    }
  }
  expect(await offered('10.0.0.66', { 'x-forwarded-for': '127.0.0.1' })).toMatchObject({ status: 403, given: 0 })
  const claims = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' }
  expect(await offered('10.0.0.66', claims)).toEqual({ status: 200, given: 1, isLocal: false })
  expect(await offered('127.0.0.1')).toEqual({ status: 200, given: 1, isLocal: true })
})

it('a server with keys in an HSM cannot be sealed, because the PIN is the seal', async () => {
  vi.stubEnv('ONECLAW_KEYSTORE', 'pkcs11')
  for (const name of ['MODULE', 'TOKEN_LABEL', 'PIN']) vi.stubEnv(`ONECLAW_PKCS11_${name}`, 'x')
  await expect(openLocalSeal({ dataDir: '/nowhere' })).rejects.toMatchObject({
    code: 'config.invalid',
    message: 'The keys are in an HSM: the PIN of its token is their seal.',
    extras: { hint: expect.stringContaining('ONECLAW_PKCS11_PIN_FILE') },
  })
})
