/**
 * What an agent does with 1claw: list what it may read, fetch one value when it needs it, and share a secret with its person.
 *
 *     ONECLAW_API_URL=… ONECLAW_AGENT_ID=… ONECLAW_AGENT_API_KEY=… ONECLAW_VAULT_ID=… node examples/basic/main.ts api-keys/openai
 */
import { createClient } from '1claw'

const {
  ONECLAW_API_URL: baseUrl = 'http://127.0.0.1:8271',
  ONECLAW_AGENT_ID: agentId,
  ONECLAW_AGENT_API_KEY: apiKey,
} = process.env
const vaultId = process.env['ONECLAW_VAULT_ID'] ?? ''
const path = process.argv[2] ?? 'api-keys/openai'

// The key is exchanged for a short-lived token, which is renewed before it expires.
const client = createClient({ baseUrl, agentId, apiKey })

const listed = await client.secrets.list(vaultId)
if (listed.error) throw listed.error
for (const secret of listed.data.secrets) console.log(`${secret.path} (${secret.type}, v${secret.version})`)

const fetched = await client.secrets.get(vaultId, path)
if (fetched.error) throw fetched.error
// Use the value for the call that needs it. Do not log or keep it.
console.log(`Retrieved ${fetched.data.path} (${fetched.data.type}, v${fetched.data.version})`)

const shared = await client.sharing.create(fetched.data.id, {
  recipient_type: 'creator',
  expires_at: new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString(),
})
console.log(shared.error ? `Not shared: ${shared.error.message}` : `Shared with the person who registered this agent.`)
