import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { mailbox } from '../../support/mailbox.ts'
import { startServer } from '../../support/server.ts'
import { PASSWORD, type Reply } from '../../support/world.ts'

const PUBLISHED_HOST = 'https://api.1claw.xyz'
const PUBLISHED_ID = 'ec7e0226-30f0-4dda-b169-f060a3502603'
const PUBLISHED_KEY = 'ocv_W3_eYj0BSdTjChKwCKRYuZJacmmhVn4ozWIxHV-zlEs'

/** What agents are told to type, to the letter. */
const ENROLL_BY_MAIL = `curl -s -X POST https://api.1claw.xyz/v1/agents/enroll \\
-H "Content-Type: application/json" \\
-d '{"name":"my-agent","human_email":"human@example.com"}'`
const ENROLL_BY_LINK = `curl -s -X POST https://api.1claw.xyz/v1/agents/enroll \\
-H "Content-Type: application/json" \\
-d '{"name":"my-agent"}'`
const EXCHANGE = `curl -X POST https://api.1claw.xyz/v1/auth/agent-token \\
  -H "Content-Type: application/json" \\
  -d '{
    "agent_id": "ec7e0226-30f0-4dda-b169-f060a3502603",
    "api_key": "ocv_W3_eYj0BSdTjChKwCKRYuZJacmmhVn4ozWIxHV-zlEs"
  }'`
const LIST = `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets" \\
  -H "Authorization: Bearer $TOKEN"`
const FETCH = `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets/api-keys/openai" \\
-H "Authorization: Bearer $TOKEN"`
const SHARE = `curl -s -X POST "https://api.1claw.xyz/v1/secrets/$SECRET_ID/share" \\
-H "Authorization: Bearer $TOKEN" \\
-H "Content-Type: application/json" \\
-d '{"recipient_type":"creator","expires_at":"2026-12-31T00:00:00Z"}'`

/** A day on which the dates of those commands lie ahead. */
const DAY = Date.parse('2026-11-01T12:00:00Z')

it('an agent goes from no credentials to sharing a secret back, by the published commands', async () => {
  const began = Date.now()
  const server = await startServer({ clock: () => DAY + Date.now() - began })
  const mail = mailbox(server.dataDir)
  const env: Record<string, string> = { PATH: process.env['PATH'] ?? '' }
  const credentials = { id: '', key: '' }

  /** Runs a published command with the host, and the example's credentials, replaced. */
  async function type(command: string) {
    const line = command
      .replaceAll(PUBLISHED_HOST, server.url)
      .replaceAll(PUBLISHED_ID, credentials.id)
      .replaceAll(PUBLISHED_KEY, credentials.key)
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
    const letter = await mail.newest('agent-credentials', 'human@example.com')
    credentials.id = /Agent ID: (\S+)/.exec(letter.text)?.[1] ?? ''
    credentials.key = /API key: (\S+)/.exec(letter.text)?.[1] ?? ''

    const exchanged = await type(EXCHANGE)
    expect(exchanged).toEqual({ access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 3600 })
    env['TOKEN'] = exchanged.access_token
    env['VAULT_ID'] = vault

    const listed = await type(LIST)
    expect(listed.secrets).toMatchObject([{ path: 'api-keys/openai', type: 'api_key', version: 1 }])
    expect(JSON.stringify(listed)).not.toContain('sk-canary')
    expect(await type(FETCH)).toMatchObject({ path: 'api-keys/openai', value: 'sk-canary' })

    env['SECRET_ID'] = listed.secrets[0].id
    const shared = await type(SHARE)
    expect(shared).toMatchObject({ recipient_type: 'creator', expires_at: '2026-12-31T00:00:00.000Z' })
    const inbound = await human('GET', '/v1/shares/inbound', undefined, me)
    expect(inbound.shares).toMatchObject([{ id: shared.id, secret_path: 'api-keys/openai', is_accepted: false }])
    await human('POST', `/v1/shares/${shared.id}/accept`, undefined, me)
    expect(await human('GET', `/v1/share/${shared.id}`, undefined, me)).toMatchObject({ value: 'sk-canary', access_count: 1 })
  } finally {
    await server.close()
  }
})
