import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { createClient } from '../../../src/sdk/sdk.ts'
import { testsOn } from '../../support/fixtures.ts'
import { ROOT } from '../../support/house/files.ts'

const it = testsOn('sqlite')
  .extend('scene', { scope: 'file' }, async ({ world, owner, vaultId }) => {
    const baseUrl = await world.server.app.listen({ host: '127.0.0.1', port: 0 })
    await world.put(owner, vaultId, 'api-keys/openai', 's3cret-1')
    await world.put(owner, vaultId, 'weather/api-key', 's3cret-2')
    const agent = await world.agent(owner)
    await world.policy(owner, vaultId, agent, '**', ['read'])
    return { baseUrl, agent }
  })
  .extend('calls', ({ vaultId, scene: { baseUrl, agent } }) => {
    /** Runs an example according to its readme, on the compiled package. */
    async function example(file: string, words: string[] = [], more: Record<string, string> = {}) {
      const env = {
        PATH: process.env['PATH'],
        ONECLAW_API_URL: baseUrl,
        ONECLAW_AGENT_ID: agent.id,
        ONECLAW_AGENT_API_KEY: agent.key,
        ONECLAW_VAULT_ID: vaultId,
        ...more,
      }
      const child = spawn(process.execPath, [join(ROOT, 'examples', file), ...words], { env, cwd: ROOT })
      const output = { out: '', err: '' }
      child.stdout.on('data', chunk => {
        output.out += chunk
      })
      child.stderr.on('data', chunk => {
        output.err += chunk
      })
      const code = await new Promise(resolve => child.on('close', resolve))
      return { code, ...output }
    }
    return { example }
  })

describe('the client for programs, with a real server', () => {
  it('works with an agent’s key', async ({ vaultId, scene: { baseUrl, agent } }) => {
    const client = createClient({ baseUrl, agentId: agent.id, apiKey: agent.key })
    const { data, meta } = await client.secrets.get(vaultId, 'api-keys/openai')
    expect([data?.value, meta.status, meta.requestId]).toEqual(['s3cret-1', 200, expect.stringMatching(/./)])
    const paths: string[] = []
    for await (const { path } of client.secrets.list.each(vaultId, { limit: 1 })) paths.push(path)
    expect(paths).toEqual(['api-keys/openai', 'weather/api-key'])
  })

  it('returns the error of the server', async ({ vaultId, scene: { baseUrl, agent } }) => {
    const client = createClient({ baseUrl, token: agent.token })
    expect((await client.secrets.put(vaultId, 'x', { value: 'v' })).error).toMatchObject({ code: 'policy.denied', status: 403 })
    expect((await client.secrets.get(vaultId, 'none')).error).toMatchObject({ code: 'resource.unknown' })
  })

  it('has the operations of an owner, too', async ({ owner, vaultId, scene: { baseUrl } }) => {
    const client = createClient({ baseUrl, token: owner.token })
    expect((await client.vaults.get(vaultId)).data?.id).toBe(vaultId)
    expect((await client.account.me()).data?.email).toBe(owner.email)
    const { data } = await client.audit.events({ action: 'secret.read', limit: 1 })
    expect(data?.events.map(({ action }) => action)).toEqual(['secret.read'])
  })
})

describe('the examples', () => {
  it('basic lists, fetches and shares, and prints no value', async ({ calls: { example } }) => {
    const { code, out, err } = await example('basic/main.ts', ['api-keys/openai'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(`api-keys/openai (generic, v1)
weather/api-key (generic, v1)
Retrieved api-keys/openai (generic, v1)
Shared with the person who registered this agent.
`)
  })

  it('the LangChain agent uses the key in its tool, and its model never sees it', async ({ calls: { example } }) => {
    const authorizations: (string | undefined)[] = []
    const weather = createServer((request, reply) => {
      authorizations.push(request.headers.authorization)
      reply.end('snowing')
    })
    await new Promise<void>(resolve => weather.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(weather.address() as AddressInfo).port}`
    const { code, out, err } = await example('langchain-agent/main.ts', [], { WEATHER_URL: url })
    weather.close()
    expect([code, out, authorizations]).toEqual([0, 'It is snowing in Vienna.\n', ['Bearer s3cret-2']])
    expect(err).toContain('snowing')
    expect(out + err).not.toContain('s3cret')
  })
})
