/** What the newest clients' types promise for each object: every field that is not marked with `?`, and no other. */

export const TOKEN = { access_token: 'string', token_type: 'Bearer', expires_in: 'integer' }
export const PROBLEM = { type: 'string', title: 'string', status: 'integer', detail: 'string', request_id: 'string' }
export const VAULT = {
  id: 'uuid',
  name: 'string',
  description: 'string',
  created_by: 'string',
  created_by_type: 'string',
  created_at: 'date-time',
  cmek_enabled: 'boolean',
}
export const METADATA = {
  id: 'uuid',
  path: 'string',
  type: 'string',
  version: 'integer',
  metadata: 'object',
  created_at: 'date-time',
}
export const SECRET = { ...METADATA, value: 'string', created_by: 'string', 'cmek_encrypted?': 'boolean' }
export const POLICY = {
  id: 'uuid',
  vault_id: 'uuid',
  secret_path_pattern: 'string',
  principal_type: 'string',
  principal_id: 'string',
  permissions: ['string'],
  conditions: 'object',
  'expires_at?': 'date-time',
  created_by: 'string',
  created_by_type: 'string',
  created_at: 'date-time',
} as const
export const AGENT = {
  id: 'uuid',
  name: 'string',
  description: 'string',
  auth_method: 'string',
  scopes: ['string'],
  is_active: 'boolean',
  intents_api_enabled: 'boolean',
  ssh_public_key: 'string',
  ecdh_public_key: 'string',
  shroud_enabled: 'boolean',
  created_at: 'date-time',
} as const
export const LIMITED = {
  ...AGENT,
  tx_max_value_eth: 'string',
  tx_daily_limit_eth: 'string',
  tx_spent_today_eth: 'string',
  'message_signing_enabled?': 'boolean',
} as const
export const SHARE = {
  id: 'uuid',
  share_url: 'uri',
  recipient_type: 'string',
  expires_at: 'date-time',
  max_access_count: 'integer',
}
export const LISTED_SHARE = {
  id: 'uuid',
  secret_path: 'string',
  recipient_type: 'string',
  access_count: 'integer',
  max_access_count: 'integer',
  expires_at: 'date-time',
  created_at: 'date-time',
  is_expired: 'boolean',
  is_accepted: 'boolean',
  'recipient_email?': 'string',
}
export const API_KEY = {
  id: 'uuid',
  name: 'string',
  key_prefix: 'string',
  scopes: ['string'],
  is_active: 'boolean',
  created_at: 'date-time',
  'expires_at?': 'date-time',
  'last_used_at?': 'date-time',
} as const
export const IP_RULE = {
  id: 'uuid',
  org_id: 'uuid',
  rule_type: 'allow|deny',
  cidr: 'string',
  'label?': 'string',
  applies_to: 'string',
  created_by: 'string',
  created_at: 'date-time',
}
export const EVENT = {
  id: 'uuid',
  action: 'string',
  actor_id: 'string',
  actor_type: 'string',
  resource_type: 'string',
  resource_id: 'string',
  'vault_id?': 'uuid',
  org_id: 'uuid',
  details: 'object',
  ip_address: 'string',
  created_at: 'date-time',
  seq: 'integer',
  prev_event_id: 'string',
  integrity_hash: 'string',
}
export const CHAIN = {
  id: 'uuid',
  name: 'string',
  display_name: 'string',
  chain_id: 'integer',
  'rpc_url?': 'string',
  'ws_url?': 'string',
  'explorer_url?': 'string',
  native_currency: 'string',
  is_testnet: 'boolean',
  is_enabled: 'boolean',
  created_at: 'date-time',
  updated_at: 'date-time',
}
/** The fields that every simulation must have, whatever its result. */
export const SIMULATION = {
  simulation_id: 'string',
  status: 'success|reverted|error',
  method: 'string',
  gas_used: 'integer',
  balance_changes: ['object'],
  simulated_at: 'date-time',
  chain: 'string',
  chain_id: 'integer',
  from: 'string',
  summary: 'object',
  guardrails: 'object',
  'error?': 'string',
  'error_code?': 'string',
  'error_human_readable?': 'string',
  'revert_reason?': 'string',
} as const
export const SIGNATURE = { intent_type: 'string', chain: 'string', from: 'string', signature: 'string', summary: 'object' }

export const PERSON = {
  id: 'uuid',
  email: 'email',
  'display_name?': 'string',
  auth_method: 'string',
  role: 'string',
  email_verified: 'boolean',
  marketing_emails: 'boolean',
  totp_enabled: 'boolean',
  org_id: 'uuid',
  created_at: 'date-time',
}
