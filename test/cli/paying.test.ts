import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { payerOf } from '../../src/cli/payment/payer.ts'
import { bearer } from '../../src/client/auth.ts'
import { createClient } from '../../src/client/client.ts'
import { fetchTransport } from '../../src/client/transport-fetch.ts'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { fakeWorld } from '../support/fake-context.ts'
import { runProgram } from '../support/run-program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type PaidScene, paidScene } from '../support/x402/paid-scene.ts'
import { type RealFacilitator, realFacilitator } from '../support/x402/real-facilitator.ts'

const PRICE = 1500n

describe('a run that can pay', () => {
  let anvil: Anvil
  let facilitator: RealFacilitator
  let server: TestServer
  let scene: PaidScene
  let folder: string
  let keyFile: string
  let wallet: string
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 84_532 })
    facilitator = await realFacilitator(anvil, anvil.keys[0] as `0x${string}`, 'known')
    server = await startServer()
    scene = await paidScene(server.url, anvil, facilitator)
    folder = await mkdtemp(join(tmpdir(), '1claw-wallet-'))
  })
  beforeEach(async () => {
    const key = generatePrivateKey()
    keyFile = join(folder, `${key.slice(2, 10)}.key`)
    await writeFile(keyFile, `${key}\n`, { mode: 0o600 })
    wallet = privateKeyToAccount(key).address
    await facilitator.mint(wallet, 2n * PRICE)
  })
  afterEach(() => facilitator.settles('well'))
  afterAll(async () => {
    await server?.close()
    await facilitator?.close()
    await anvil?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const has = () => facilitator.balanceOf(wallet)
  /** Reads the secret like a command with this world. */
  async function read(options: Parameters<typeof fakeWorld>[0], flags: { price?: string; 'no-input'?: boolean } = {}) {
    const world = fakeWorld(options)
    const { price = '0.01', ...rest } = flags
    const payer = payerOf(world.context, { 'pay-with': keyFile, 'max-price': price, ...rest })
    const client = createClient({ baseUrl: server.url, transport: fetchTransport(), auth: bearer(scene.token), payer })
    const secret = client.call('secrets.get', { params: { vault_id: scene.vault, path: 'a/b' } })
    return {
      world,
      outcome: await secret.then(
        ({ value }) => value,
        (error: Error) => error,
      ),
    }
  }

  it('pays up to its price without a prompt if there is no terminal', async () => {
    const { world, outcome } = await read({})
    expect(outcome).toBe('the value')
    expect(world.stderr()).toMatch(/^Paid: transaction 0x[0-9a-f]{64}\.\n$/)
    expect(await has()).toBe(PRICE)
  })

  it('asks a person first, and pays nothing after a no', async () => {
    const denied = await read({ tty: true, answers: [false] })
    expect(denied.outcome).toMatchObject({ code: 'cancelled', message: 'Nothing was paid.' })
    expect(denied.world.questions).toEqual([
      expect.stringMatching(/^Pay \$0\.0015 on eip155:84532 to 0x5e.* for GET \/v1\/vaults\//),
    ])
    expect(await has()).toBe(2n * PRICE)
    expect((await read({ tty: true, answers: [true] })).outcome).toBe('the value')
    expect((await read({ tty: true }, { 'no-input': true })).outcome).toBe('the value')
    expect(await has()).toBe(0n)
  })

  it('explains why a payment is not accepted', async () => {
    await writeFile(keyFile, generatePrivateKey())
    const { outcome } = await read({})
    expect(outcome).toMatchObject({ message: expect.stringMatching(/^The payment was not accepted: \w/) })
  })

  it('pays nothing above its price limit', async () => {
    const { outcome } = await read({}, { price: '0.0014' })
    expect(outcome).toMatchObject({
      code: 'payment.required',
      message: 'It costs $0.0015, more than --max-price allows ($0.0014); nothing was paid.',
      extras: { hint: 'Pay it with --max-price 0.0015.' },
    })
    expect(await has()).toBe(2n * PRICE)
  })

  it('sends the same payment again when its settlement is unknown, and pays once', async () => {
    facilitator.settles('breaks off before')
    const world = fakeWorld({})
    const slept: number[] = []
    // The job that settles could be at work just then: a little time has to pass.
    const sleep = (ms: number) => {
      slept.push(ms)
      facilitator.settles('well')
      return setTimeout(ms / 30)
    }
    const payer = payerOf({ ...world.context, sleep }, { 'pay-with': keyFile, 'max-price': '0.01' })
    const client = createClient({ baseUrl: server.url, transport: fetchTransport(), auth: bearer(scene.token), payer })
    const { value } = await client.call('secrets.get', { params: { vault_id: scene.vault, path: 'a/b' } })
    expect(value).toBe('the value')
    expect(slept.length).toBeGreaterThan(0)
    expect(await has()).toBe(PRICE)
  })

  it('accepts no key that others can read, and no invalid key', async () => {
    await chmod(keyFile, 0o644)
    expect((await read({})).outcome).toMatchObject({ code: 'config.invalid', extras: { hint: `Run: chmod 600 ${keyFile}` } })
    await writeFile(keyFile, 'not a key')
    await chmod(keyFile, 0o600)
    expect((await read({})).outcome).toMatchObject({ code: 'config.invalid', message: `${keyFile} has no wallet key.` })
    expect(await has()).toBe(2n * PRICE)
  })

  describe('with a signing key that the server keeps', () => {
    const env = () => ({
      ONECLAW_API_URL: server.url,
      ONECLAW_TOKEN: scene.token,
      ONECLAW_VAULT_ID: scene.vault,
      ONECLAW_CONFIG_DIR: folder,
    })
    const get = (wallet: string) => runProgram(['secrets', 'get', 'a/b', '--pay-with', wallet, '--max-price', '0.01'], env())

    it('pays, and moves the money from its account', async () => {
      await facilitator.mint(scene.kept, 2n * PRICE)
      const earned = await facilitator.balanceOf(scene.payTo)
      const paid = await get('intents')
      expect(paid).toMatchObject({ code: 0, stdout: 'the value' })
      expect(paid.stderr).toContain('Paid: transaction 0x')
      expect((await get('intents:keys/base-sepolia-signer')).code).toBe(0)
      expect(await facilitator.balanceOf(scene.kept)).toBe(0n)
      expect((await facilitator.balanceOf(scene.payTo)) - earned).toBe(2n * PRICE)
    })

    it('reports that there is no such key', async () => {
      const refused = await get('intents:keys/none')
      expect(refused).toMatchObject({ code: 3, stdout: '' })
      expect(refused.stderr).toContain('keys/none')
    })

    it('signs nothing but payments to this server', async () => {
      const agent = createClient({ baseUrl: server.url, transport: fetchTransport(), auth: bearer(scene.token) })
      const sign = (amount: string) => agent.call('intents.sign-payment', { params: { agent_id: scene.agent }, body: { amount } })
      expect(await sign(String(PRICE))).toMatchObject({ from: scene.kept, to: scene.payTo, amount: String(PRICE) })
      await expect(sign('1501')).rejects.toMatchObject({ code: 'request.invalid' })
      const typed = agent.call('intents.sign-message', {
        params: { agent_id: scene.agent },
        body: { intent_type: 'personal_sign', chain: 'base-sepolia', message: 'free' },
      })
      await expect(typed).rejects.toMatchObject({ code: 'payment.required' })
    })
  })

  it('requires a price with the key, and a key with the price', () => {
    const { context } = fakeWorld({})
    expect(() => payerOf(context, { 'pay-with': keyFile })).toThrow('--pay-with needs a maximum price')
    expect(() => payerOf(context, { 'max-price': '1' })).toThrow('but there is no wallet to pay with')
    expect(() => payerOf(context, { 'pay-with': keyFile, 'max-price': '1,5' })).toThrow('not a price in US dollars')
    expect(payerOf(context, {})).toBeUndefined()
  })

  it('pays in the real program', async () => {
    const env = {
      ONECLAW_API_URL: server.url,
      ONECLAW_TOKEN: scene.token,
      ONECLAW_VAULT_ID: scene.vault,
      ONECLAW_CONFIG_DIR: folder,
    }
    const refused = await runProgram(['secrets', 'get', 'a/b'], env)
    expect(refused).toMatchObject({ code: 8, stdout: '' })
    expect(refused.stderr).toContain('--pay-with')
    const paid = await runProgram(['secrets', 'get', 'a/b', '--pay-with', keyFile, '--max-price', '0.01'], env)
    expect(paid).toMatchObject({ code: 0, stdout: 'the value' })
    expect(paid.stderr).toContain('Paid: transaction 0x')
    const fromEnvironment = await runProgram(['secrets', 'get', 'a/b'], {
      ...env,
      ONECLAW_PAY_WITH: keyFile,
      ONECLAW_MAX_PRICE: '0.01',
    })
    expect(fromEnvironment.code).toBe(0)
    expect(await has()).toBe(0n)
  })
})
