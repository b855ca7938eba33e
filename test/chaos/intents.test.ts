import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseEther } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { emptyPostgres, type PostgresDatabase } from '../support/postgres.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { PASSWORD } from '../support/world.ts'

const CHAIN_ID = 31_350
const COUNT = 100
const PAY = {
  value: '0.01',
  chain: 'test',
  gas_limit: 21_000,
  max_fee_per_gas: '20000000000',
  max_priority_fee_per_gas: '1000000000',
}
/** The counted amount of one payment: 0.01 and 21 000 gas at 20 gwei. */
const COUNTED = 0.01042
/** Longer than reservations and claims last without their process. */
const GIVEN_UP_MS = 180_000

interface Answer {
  readonly status: number
  readonly body: { readonly id: string; readonly status: string; readonly tx_hash?: string; readonly nonce?: number }
}

describe('transactions during the death of a server', () => {
  let anvil: Anvil
  let dataDir = ''
  let postgres: PostgresDatabase
  let running: ServerProcess[] = []

  beforeEach(async () => {
    anvil = await startAnvil({ chainId: CHAIN_ID })
    dataDir = await mkdtemp(join(tmpdir(), '1claw-intents-'))
    postgres = await emptyPostgres()
    running = []
  })
  afterEach(async () => {
    await Promise.all(running.map(server => server.kill()))
    await postgres.drop()
    await anvil.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  const launch = async (databaseUrl?: string) => {
    const server = await startServerProcess(dataDir, databaseUrl)
    running.push(server)
    return server
  }

  async function ask(url: string, path: string, token: string, body?: object, headers: Record<string, string> = {}) {
    const reply = await fetch(url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    return { status: reply.status, body: text === '' ? {} : JSON.parse(text) }
  }

  /** An account, the chain, and an agent with a funded key. */
  async function prepare(url: string, limits: object = {}) {
    const account = { email: `${randomUUID()}@example.com`, password: PASSWORD }
    const { access_token: token } = (await ask(url, '/v1/auth/signup', '', account)).body
    await ask(url, '/v1/admin/chains', token, { name: 'test', display_name: 'Test', chain_id: CHAIN_ID, rpc_url: anvil.url })
    const { agent, api_key } = (await ask(url, '/v1/agents', token, { name: 'payer', intents_api_enabled: true, ...limits })).body
    const { id: vaultId } = (await ask(url, '/v1/vaults', token, { name: 'keys' })).body
    const key = `0x${randomBytes(32).toString('hex')}` as const
    await fetch(`${url}/v1/vaults/${vaultId}/secrets/keys/test-signer`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ value: key, type: 'private_key' }),
    })
    const policy = { secret_path_pattern: 'keys/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
    await ask(url, `/v1/vaults/${vaultId}/policies`, token, policy)
    const address = privateKeyToAddress(key)
    await anvil.rpc('anvil_setBalance', address, `0x${parseEther('100').toString(16)}`)
    return { id: agent.id as string, key: api_key as string, address }
  }

  /** Submits until there is a reply that a repetition cannot change, at any running server. */
  async function insist(
    urls: () => readonly string[],
    agent: { id: string; key: string },
    to: string,
    index: number,
    tried = () => {},
  ): Promise<Answer> {
    const key = `payment-${index}`
    for (let attempt = 0; ; attempt++) {
      const all = urls()
      const url = all[(index + attempt) % all.length]
      const reply =
        url === undefined
          ? undefined
          : await ask(url, `/v1/agents/${agent.id}/transactions`, agent.key, { ...PAY, to }, { 'idempotency-key': key }).catch(
              () => undefined,
            )
      tried()
      if (reply && [200, 201, 403].includes(reply.status)) return reply
      if (attempt > 600) throw new Error(`payment ${index} got no answer: ${JSON.stringify(reply)}`)
      await sleep(100)
    }
  }

  /** Submits `COUNT` payments; `open` is the number without a reply. */
  function payAll(urls: () => readonly string[], agent: { id: string; key: string }, to: string) {
    /** The number of attempts for each open payment. */
    const tries = new Map(Array.from({ length: COUNT }, (_, index) => [index, 0]))
    const pay = async (index: number) => {
      const answer = await insist(urls, agent, to, index, () => tries.set(index, (tries.get(index) ?? 0) + 1))
      tries.delete(index)
      return answer
    }
    return {
      answers: Promise.all(Array.from({ length: COUNT }, (_, index) => pay(index))),
      open: () => tries.size,
      /**
       * Resolves when the only open payments are those that keep being refused: each was tried twice more, the first attempt possibly at a
       * server that is gone.
       */
      async onlyStuckIsOpen() {
        const before = new Map(tries)
        const isStuck = ([index, count]: [number, number]) => count >= (before.get(index) ?? 0) + 2
        while (![...tries].every(isStuck)) await sleep(20)
      },
    }
  }

  const countOf = async (address: string) => Number(await anvil.rpc('eth_getTransactionCount', address, 'latest'))
  const balanceOf = async (address: string) => BigInt(await anvil.rpc('eth_getBalance', address, 'latest'))

  /** Waits until the recipient has this number of payments. */
  async function paid(to: string, payments: number): Promise<void> {
    const wanted = parseEther('0.01') * BigInt(payments)
    for (let look = 0; (await balanceOf(to)) !== wanted; look++) {
      if (look > 300) throw new Error(`${await balanceOf(to)} was paid instead of ${wanted}`)
      await sleep(100)
    }
  }

  const newAddress = () => privateKeyToAddress(`0x${randomBytes(32).toString('hex')}`)

  it('are each paid once when one of two servers is killed', async () => {
    const [first, second] = await Promise.all([launch(postgres.url), launch(postgres.url)])
    const agent = await prepare(first.url)
    const to = newAddress()
    let up = [first.url, second.url]
    const { answers, open, onlyStuckIsOpen } = payAll(() => up, agent, to)
    while (open() > COUNT - 20) await sleep(5)
    await first.kill()
    expect(open()).toBeGreaterThan(20)
    up = [second.url]
    await onlyStuckIsOpen()
    second.advance(GIVEN_UP_MS)
    const bodies = (await answers).map(answer => answer.body)
    await paid(to, COUNT)
    expect(new Set(bodies.map(body => body.tx_hash)).size).toBe(COUNT)
    // Without gaps: a gap would keep the later ones from being mined. Fillers, if any, are not payments.
    expect(await countOf(agent.address)).toBeGreaterThanOrEqual(COUNT)
  })

  it('are each paid once when the only server is killed and restarted', async () => {
    let server = await launch()
    const agent = await prepare(server.url)
    const to = newAddress()
    let up = [server.url]
    const { answers, open } = payAll(() => up, agent, to)
    for (const rest of [95, 75, 50]) {
      while (open() > rest) await sleep(2)
      await server.kill()
      if (rest === 95) expect(open()).toBeGreaterThan(20)
      up = []
      server = await launch()
      server.advance(GIVEN_UP_MS)
      up = [server.url]
    }
    server.advance(GIVEN_UP_MS)
    await answers
    await paid(to, COUNT)
    expect(await countOf(agent.address)).toBeGreaterThanOrEqual(COUNT)
  })

  /** Waits until the server has noticed that everything the agent sent is mined. */
  async function settled(server: ServerProcess, agent: { id: string; key: string }): Promise<void> {
    const pending = async () => {
      server.advance(5_000)
      const { body } = await ask(server.url, `/v1/agents/${agent.id}/transactions?limit=200&include=details`, agent.key)
      return body.transactions.filter((each: { chain_status?: string }) => each.chain_status === 'pending').length
    }
    await expect.poll(pending, { interval: 250 }).toBe(0)
  }

  it('respect the daily limit exactly, across servers and a kill', async () => {
    const [first, second] = await Promise.all([launch(postgres.url), launch(postgres.url)])
    const agent = await prepare(first.url, { tx_daily_limit_eth: String(10 * COUNTED) })
    const to = newAddress()
    let up = [first.url, second.url]
    const { answers, open, onlyStuckIsOpen } = payAll(() => up, agent, to)
    while (open() > COUNT - 4) await sleep(2)
    expect(open()).toBeGreaterThan(10)
    await first.kill()
    up = [second.url]
    await onlyStuckIsOpen()
    second.advance(GIVEN_UP_MS)
    const signed = (await answers).filter(answer => answer.status !== 403).length
    expect(signed).toBeLessThanOrEqual(10)
    await paid(to, signed)
    // What the killed server had reserved without effect is released: later requests get it, and no more. Until they are mined, payments
    // and fillers of its nonces count with their highest fee.
    await settled(second, agent)
    const more: Answer[] = []
    for (let index = COUNT; index < COUNT + 14; index++) {
      const answer = await insist(() => up, agent, to, index)
      more.push(answer)
      if (answer.status === 403) await settled(second, agent)
    }
    const total = signed + more.filter(answer => answer.status !== 403).length
    await paid(to, total)
    // The unused part of the reserved fees after ten are mined is not enough for an eleventh.
    expect(total).toBe(10)
  })
})
