import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { mailbox } from '../../support/mailbox.ts'
import {
  ENROLL_BY_LINK,
  ENROLL_BY_MAIL,
  EXCHANGES,
  EXPORTS,
  FETCHES,
  LISTS,
  PUBLISHED_DAY,
  PUBLISHED_HOST,
  PUBLISHED_ID,
  PUBLISHED_KEY,
  PUBLISHED_TOKEN,
  PUBLISHED_VAULT,
  SHARE,
} from '../../support/published-commands.ts'
import { startServer } from '../../support/server.ts'
import { PASSWORD, type Reply } from '../../support/world.ts'

it('an agent gets from no credentials to sharing a secret, by the published commands', async () => {
  const began = Date.now()
  const server = await startServer({ clock: () => PUBLISHED_DAY + Date.now() - began })
  const mail = mailbox(server.dataDir)
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '' }
  const credentials = { id: '', key: '', token: '', vault: '' }

  /** Runs a published command with the host and the example's credentials replaced. */
  async function type(command: string) {
    const line = command
      .replaceAll(PUBLISHED_HOST, server.url)
      .replaceAll(PUBLISHED_ID, credentials.id)
      .replaceAll(PUBLISHED_KEY, credentials.key)
      .replaceAll(PUBLISHED_TOKEN, credentials.token)
      .replaceAll(PUBLISHED_VAULT, credentials.vault)
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env })
    return JSON.parse(stdout)
  }
  async function human(method: string, path: string, body?: object, token?: string): Promise<Reply['body']> {
    const reply = await fetch(server.url + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return reply.status === 204 ? undefined : reply.json()
  }

  try {
    const { access_token: me } = await human('POST', '/v1/auth/signup', { email: 'human@example.com', password: PASSWORD })
    const vault = (await human('POST', '/v1/vaults', { name: 'production' }, me)).id
    await human('PUT', `/v1/vaults/${vault}/secrets/api-keys/openai`, { value: 'sk-canary', type: 'api_key' }, me)

    const linked = await type(ENROLL_BY_LINK)
    expect(linked).toMatchObject({ message: expect.any(String), approval_url: expect.stringContaining(`${server.url}/enroll/`) })
    const asked = await type(ENROLL_BY_MAIL)
    expect(asked).toEqual({ agent_id: '00000000-0000-0000-0000-000000000000', message: expect.any(String) })

    const { token: link } = await mail.newest('enrollment', 'human@example.com')
    const grant = { vault_id: vault, secret_path_pattern: 'api-keys/*', permissions: ['read'] }
    await human('POST', `/v1/agents/enrollments/${link}/approve`, { grant }, me)
    const message = await mail.newest('agent-credentials', 'human@example.com')
    credentials.id = /Agent ID: (\S+)/.exec(message.text)?.[1] ?? ''
    credentials.key = /API key: (\S+)/.exec(message.text)?.[1] ?? ''

    for (const exchange of EXCHANGES) {
      const exchanged = await type(exchange)
      expect(exchanged).toEqual({ access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 3600 })
      credentials.token = exchanged.access_token
    }
    credentials.vault = vault

    let listed: { secrets: { id: string }[] } = { secrets: [] }
    for (const list of LISTS) {
      listed = await type(`${EXPORTS}\n\n${list}`)
      expect(listed.secrets).toMatchObject([{ path: 'api-keys/openai', type: 'api_key', version: 1 }])
      expect(JSON.stringify(listed)).not.toContain('sk-canary')
    }
    for (const fetch of FETCHES) {
      expect(await type(`${EXPORTS}\n${fetch}`)).toMatchObject({ path: 'api-keys/openai', value: 'sk-canary' })
    }

    env['SECRET_ID'] = listed.secrets[0]?.id ?? ''
    const shared = await type(`${EXPORTS}\n${SHARE}`)
    expect(shared).toMatchObject({ recipient_type: 'creator', expires_at: '2026-12-31T00:00:00.000Z' })
    const inbound = await human('GET', '/v1/shares/inbound', undefined, me)
    expect(inbound.shares).toMatchObject([{ id: shared.id, secret_path: 'api-keys/openai', is_accepted: false }])
    await human('POST', `/v1/shares/${shared.id}/accept`, undefined, me)
    expect(await human('GET', `/v1/share/${shared.id}`, undefined, me)).toMatchObject({ value: 'sk-canary', access_count: 1 })
  } finally {
    await server.close()
  }
})
