import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { describe, expect } from 'vitest'
import type { Config } from '../../../server/config/config.ts'
import { anvilOf, chainTestsOn, started } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const TRANSFER = { to: SOMEBODY, value: '1', chain: 'test-31361' }
const ACCESS_KEY = 'tenderly-access-key-canary'

interface Asked {
  readonly url: string | undefined
  readonly key: string | string[] | undefined
  // biome-ignore lint/suspicious/noExplicitAny: the assertions judge the requests
  readonly body: any
}

/** A stand-in for Tenderly: records its requests, and answers as a test says. */
async function standIn() {
  const said: { asked: Asked[]; answer: () => { status: number; body: unknown } } = {
    asked: [],
    answer: () => ({ status: 500, body: {} }),
  }
  const server = createServer(async (request, reply) => {
    const body = await json(request)
    said.asked.push({ url: request.url, key: request.headers['x-access-key'], body })
    const { status, body: answered } = said.answer()
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(said, { url, close: () => new Promise(resolve => server.close(resolve)) })
}

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_361 }))
  .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
  .extend(
    'tenderly',
    { scope: 'file' },
    started(standIn, tenderly => tenderly.close()),
  )
  .extend(
    'settings',
    { scope: 'file' },
    ({ tenderly: { url } }): Partial<Config> => ({
      tenderly: { url, account: 'acme', project: 'main', accessKey: ACCESS_KEY },
    }),
  )
  .extend('agent', { scope: 'file', auto: true }, ({ world, anvil }) => world.signingAgent(anvil))
  .extend('calls', ({ agent }) => {
    /** The parts of an answer that matter, in the form of https://docs.tenderly.co/reference/api. */
    const succeeded = (id: string) => ({
      transaction: {
        status: true,
        gas_used: 21_000,
        transaction_info: {
          asset_changes: [
            {
              token_info: { standard: 'NativeCurrency', symbol: 'ETH', decimals: 18 },
              from: agent.address.toLowerCase(),
              to: SOMEBODY.toLowerCase(),
              raw_amount: '1000000000000000000',
            },
          ],
        },
      },
      simulation: { id, status: true },
    })
    return { succeeded }
  })

describe('Tenderly', () => {
  it('simulates where it is configured, and returns a link to the simulation', async ({
    world,
    agent,
    tenderly,
    calls: { succeeded },
  }) => {
    tenderly.asked.length = 0
    tenderly.answer = () => ({ status: 200, body: succeeded('6a1f') })
    const { body } = await ok(world.simulate(agent, TRANSFER))
    expect(body).toMatchObject({
      simulation_id: '6a1f',
      status: 'success',
      method: 'tenderly',
      gas_used: 21_000,
      tenderly_dashboard_url: 'https://dashboard.tenderly.co/acme/main/simulator/6a1f',
      balance_changes: [
        { address: agent.address, before: '100', after: '99', change: '-1' },
        { address: SOMEBODY, change: '+1' },
      ],
    })
    expect(tenderly.asked).toMatchObject([
      {
        url: '/api/v1/account/acme/project/main/simulate',
        key: ACCESS_KEY,
        body: { network_id: '31361', from: agent.address, to: SOMEBODY, value: '1000000000000000000', input: '0x', save: true },
      },
    ])
  })

  it('simulates bundles and reports why one reverts', async ({ world, agent, tenderly, calls: { succeeded } }) => {
    tenderly.asked.length = 0
    const reverted = {
      transaction: { status: false, gas_used: 30_000, error_message: 'execution reverted: not today' },
      simulation: { id: '6a20' },
    }
    tenderly.answer = () => ({ status: 200, body: { simulation_results: [succeeded('6a1f'), reverted] } })
    const { simulations } = (await ok(world.bundle(agent, [TRANSFER, TRANSFER]))).body
    expect(simulations).toMatchObject([
      { status: 'success' },
      {
        status: 'reverted',
        error_human_readable: 'It would revert: not today.',
        revert_reason: 'not today',
        simulation_id: '6a20',
      },
    ])
    expect(tenderly.asked.map(({ url }) => url)).toEqual(['/api/v1/account/acme/project/main/simulate-bundle'])
  })

  it('prevents signing when a required simulation fails', async ({ world, agent, tenderly, calls: { succeeded } }) => {
    tenderly.answer = () => ({ status: 500, body: { error: ACCESS_KEY } })
    const reply = await world.submit(agent, { ...TRANSFER, simulate_first: true })
    expect([reply.status, reply.body.detail]).toEqual([502, 'Tenderly, which this server simulates with, answered 500.'])
    tenderly.answer = () => ({ status: 200, body: { nothing: true } })
    expect((await world.submit(agent, { ...TRANSFER, simulate_first: true })).status).toBe(502)
    tenderly.answer = () => ({
      status: 200,
      body: { ...succeeded('6a21'), transaction: { status: false, error_message: 'insufficient funds for gas' } },
    })
    const refused = await world.submit(agent, { ...TRANSFER, simulate_first: true })
    expect(refused).toMatchObject({
      status: 422,
      body: { status: 'simulation_failed', simulation_id: '6a21', tenderly_dashboard_url: expect.any(String) },
    })
    expect((await world.transactions(agent)).map(each => each.status)).toEqual(['simulation_failed'])
  })
})
