/**
 * The commands of the published instructions for agents, character by character, in both editions. Tests replace the host, the id and the
 * key of the example with real ones.
 */
export const PUBLISHED_HOST = 'https://api.1claw.xyz'
export const PUBLISHED_ID = 'ec7e0226-30f0-4dda-b169-f060a3502603'
export const PUBLISHED_KEY = 'ocv_W3_eYj0BSdTjChKwCKRYuZJacmmhVn4ozWIxHV-zlEs'
export const PUBLISHED_VAULT = 'ae370174-9aee-4b02-ba7c-d1519930c709'
export const PUBLISHED_TOKEN = '<agent access_token>'

export const ENROLL_BY_MAIL = `curl -s -X POST https://api.1claw.xyz/v1/agents/enroll \\
-H "Content-Type: application/json" \\
-d '{"name":"my-agent","human_email":"human@example.com"}'`

export const ENROLL_BY_LINK = `curl -s -X POST https://api.1claw.xyz/v1/agents/enroll \\
-H "Content-Type: application/json" \\
-d '{"name":"my-agent"}'`

export const EXCHANGES = [
  `curl -X POST https://api.1claw.xyz/v1/auth/agent-token \\
-H "Content-Type: application/json" \\
-d '{
"agent_id": "ec7e0226-30f0-4dda-b169-f060a3502603",
"api_key": "ocv_W3_eYj0BSdTjChKwCKRYuZJacmmhVn4ozWIxHV-zlEs"
}'`,
  `curl -X POST https://api.1claw.xyz/v1/auth/agent-token \\
  -H "Content-Type: application/json" \\
  -d '{
    "agent_id": "ec7e0226-30f0-4dda-b169-f060a3502603",
    "api_key": "ocv_W3_eYj0BSdTjChKwCKRYuZJacmmhVn4ozWIxHV-zlEs"
  }'`,
] as const

export const EXPORTS = `export TOKEN="<agent access_token>"
export VAULT_ID="ae370174-9aee-4b02-ba7c-d1519930c709"`

export const LISTS = [
  `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets" \\
-H "Authorization: Bearer $TOKEN"`,
  `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets" \\
  -H "Authorization: Bearer $TOKEN"`,
] as const

export const FETCHES = [
  `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets/api-keys/openai" \\
-H "Authorization: Bearer $TOKEN"`,
  `curl -s "https://api.1claw.xyz/v1/vaults/$VAULT_ID/secrets/api-keys/openai" \\
  -H "Authorization: Bearer $TOKEN"`,
] as const

export const SHARE = `curl -s -X POST "https://api.1claw.xyz/v1/secrets/$SECRET_ID/share" \\
-H "Authorization: Bearer $TOKEN" \\
-H "Content-Type: application/json" \\
-d '{"recipient_type":"creator","expires_at":"2026-12-31T00:00:00Z"}'`

/** A day before the dates in those commands. */
export const PUBLISHED_DAY = Date.parse('2026-11-01T12:00:00Z')
