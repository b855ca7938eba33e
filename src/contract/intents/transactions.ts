import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { CALLDATA_BODY_LIMIT, Instant, SecretPath, text, Uuid } from '../schema/fields.ts'
import { AMOUNT, CALLDATA, DAY, WEI } from '../schema/forms.ts'

export const TRANSACTION_STATUSES = ['pending', 'signed', 'sign_only', 'broadcast', 'failed', 'simulation_failed'] as const
export const SUMMARY_KINDS = [
  'transfer',
  'token_transfer',
  'token_approval',
  'collection_approval',
  'swap',
  'contract_call',
  'contract_creation',
] as const

/** A description of a transaction, from its calldata only. */
export const Summary = z.object({
  kind: z.enum(SUMMARY_KINDS),
  /** One sentence for a person. */
  text: z.string(),
  /** Signature of the called function, if it is known, such as `approve(address,uint256)`. */
  function: z.string().optional(),
  /** The ERC-20 token that is moved or approved. */
  token: z.string().optional(),
  recipient: z.string().optional(),
  spender: z.string().optional(),
  /** In base units of the token. */
  amount: z.string().optional(),
  /** Whether it contains an unlimited approval, at any depth of the calldata. */
  unlimited_approval: z.boolean().optional(),
})

export const Transaction = z.object({
  id: Uuid,
  agent_id: Uuid,
  chain: z.string(),
  chain_id: z.int(),
  from: z.string().optional(),
  /** Absent if a contract is created. */
  to: z.string().optional(),
  value_wei: z.string(),
  nonce: z.int().optional(),
  status: z.enum(TRANSACTION_STATUSES),
  signed_tx: z.string().nullable().optional(),
  tx_hash: z.string().optional(),
  error_message: z.string().optional(),
  created_at: Instant,
  signed_at: Instant.optional(),
  simulation_id: z.string().optional(),
  simulation_status: z.string().optional(),
  tenderly_dashboard_url: z.string().optional(),
  gas_limit: z.int().optional(),
  gas_price: z.string().optional(),
  max_fee_per_gas: z.string().optional(),
  max_priority_fee_per_gas: z.string().optional(),
  summary: Summary.optional(),
  /** What the agent can still spend in the 24 hours that end now, in the native unit; absent without a daily limit. */
  remaining_daily_allowance_eth: z.string().optional(),
  explorer_url: z.string().optional(),
  /** Its state on the chain: waiting, in a block, in a block but reverted, or displaced by another one with the same nonce. */
  chain_status: z.enum(['pending', 'mined', 'reverted', 'replaced']).optional(),
  block_number: z.int().optional(),
  gas_used: z.string().optional(),
  effective_gas_price: z.string().optional(),
  mined_at: Instant.optional(),
})

export const Simulation = z.object({
  simulation_id: z.string(),
  status: z.enum(['success', 'reverted', 'error']),
  /** `eth_simulateV1`, `eth_call` (balance changes are then only those in the calldata) or `tenderly`. */
  method: z.string(),
  /** 0 if unknown. */
  gas_used: z.int(),
  balance_changes: z.array(
    z.object({
      address: z.string(),
      /** Contract of the token; absent for the native currency. */
      token: z.string().optional(),
      token_symbol: z.string().optional(),
      token_decimals: z.int().optional(),
      before: z.string().optional(),
      after: z.string().optional(),
      change: z.string(),
    }),
  ),
  error: z.string().optional(),
  error_code: z.string().optional(),
  error_human_readable: z.string().optional(),
  revert_reason: z.string().optional(),
  tenderly_dashboard_url: z.string().optional(),
  simulated_at: Instant,
  chain: z.string(),
  chain_id: z.int(),
  /** The account of the key that would sign. */
  from: z.string(),
  summary: Summary,
  /** Whether the agent's guardrails would allow it now; nothing is reserved. */
  guardrails: z.object({
    allowed: z.boolean(),
    reason: z.string().optional(),
    remaining_daily_allowance_eth: z.string().optional(),
  }),
})

const agentParams = z.object({ agent_id: Uuid })
const Amount = z.string().max(97).regex(AMOUNT)
const Wei = z.string().regex(WEI)
/** At most 128 KiB, the largest transaction that nodes accept. */
const Calldata = z.string().max(262_146).regex(CALLDATA)

const intent = {
  to: text(64, 1).nullable(),
  value: Amount,
  chain: text(64, 1),
  data: Calldata.optional(),
  signing_key_path: SecretPath.optional(),
  vault_id: Uuid.optional(),
  gas_limit: z.int().min(21_000).max(1_000_000_000).optional(),
}
const signing = {
  ...intent,
  nonce: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  gas_price: Wei.optional(),
  max_fee_per_gas: Wei.optional(),
  max_priority_fee_per_gas: Wei.optional(),
  simulate_first: z.boolean().optional(),
}

const FIELDS =
  '`to` is an address with a valid EIP-55 checksum or all in one case; no names. `null` creates a contract and requires `data`. `value` is a decimal string in the native unit. `chain` is a name or a numeric id. `signing_key_path` is `keys/{chain}-signer` by default; allowed are `keys/*`, `wallets/*` and `agents/{own id}/keys/*`. The key is a `private_key` secret that the agent may read in one of its vaults; if several vaults have it, `vault_id` says which. '
const GUARDRAILS =
  'The guardrails of the agent are checked and reserved before anything is signed. **What counts against `tx_daily_limit_eth` is the value plus the highest fee the transaction can cost** (`gas_limit` × `gas_price` or `max_fee_per_gas`), in the native unit of whatever chain, over the last 24 hours; once it is mined, its actual cost counts instead; nothing counts if it could not be sent. `tx_max_value_eth` bounds the value alone. A refusal is 403 and names the guardrail and the remaining allowance. '
const GAS =
  'Without `gas_price`, `max_fee_per_gas` or `max_priority_fee_per_gas` the fee is quoted by the chain, as EIP-1559 where the chain supports it. Without `gas_limit` it is estimated; a transaction that would revert is then 422. With `simulate_first`, or if the server requires simulation, a revert answers 422 with the transaction, `status: simulation_failed`, and nothing is signed. '
const NONCE =
  'Without `nonce` the next one is reserved for (chain, address), so concurrent requests get consecutive nonces. Reserved nonces that were never used are used first. '
const IDEMPOTENCY =
  'With `Idempotency-Key`, a repetition within 24 hours gets the stored response with 200, 409 while the first request is in progress, or 422 if the body differs. A request that was refused before anything was recorded does not use the key. '

export const submitTransaction = endpoint({
  id: 'intents.submit',
  method: 'POST',
  path: '/v1/agents/{agent_id}/transactions',
  summary: 'Sign and send a transaction without revealing the key.',
  description: `${FIELDS}${GUARDRAILS}${GAS}${NONCE}${IDEMPOTENCY}The signed transaction is stored before it is sent. \`status\` is \`broadcast\` if a node accepted it; \`signed\` if none answered, and it is sent again unchanged until one does; \`failed\` if a node refused it, and its signature is then not returned. \`mode\` \`smart_account\` requires a smart account of the agent.`,
  auth: 'agent',
  action: 'transaction.submit',
  audit: 'transaction.submit',
  price: 'transaction',
  idempotent: true,
  params: agentParams,
  bodyLimit: CALLDATA_BODY_LIMIT,
  grants: 'sending',
  body: z.object({ ...signing, mode: z.enum(['eoa', 'smart_account']).optional() }),
  status: 201,
  otherStatuses: [200, 422],
  reply: Transaction,
  problems: [403, 404, 409, 422, 502],
})

export const signTransaction = endpoint({
  id: 'intents.sign',
  method: 'POST',
  path: '/v1/agents/{agent_id}/transactions/sign',
  summary: 'Sign a transaction. The caller sends it.',
  description: `${FIELDS}${GUARDRAILS}${GAS}${NONCE}It must be the next one of the account, or one that was already issued, unless a person has set \`tx_sign_any_nonce\`: signatures for later ones could be collected. The nonce is reserved for ten minutes. If the chain has not seen it by then, the next transaction gets it, or a filler transaction takes its place if later nonces wait for it. The reserved amount counts for the whole 24 hours, and then until the signature is used or cannot be used any more. ${IDEMPOTENCY}If \`nonce\`, \`gas_limit\` and the fee are given and the agent can choose any nonce, the chain is not asked, except for the data fee of a chain that an admin added; without an answer, that fee is reserved by the byte.`,
  auth: 'agent',
  action: 'transaction.sign',
  audit: 'transaction.sign',
  price: 'transaction',
  idempotent: true,
  params: agentParams,
  bodyLimit: CALLDATA_BODY_LIMIT,
  grants: 'signature',
  body: z.object(signing),
  status: 200,
  otherStatuses: [422],
  reply: Transaction,
  problems: [403, 404, 409, 422, 502],
})

export const simulateTransaction = endpoint({
  id: 'intents.simulate',
  method: 'POST',
  path: '/v1/agents/{agent_id}/transactions/simulate',
  summary: 'Simulate a transaction. Nothing is signed.',
  description: `${FIELDS}Owners, admins and the agent’s creator can simulate too. A revert is a result (\`status: reverted\`), not a failure. So is a transaction that the guardrails would refuse (\`guardrails.allowed: false\`).`,
  auth: 'user-or-agent',
  action: 'transaction.simulate',
  audit: 'transaction.simulate',
  price: 'simulation',
  params: agentParams,
  bodyLimit: CALLDATA_BODY_LIMIT,
  body: z.object(intent),
  status: 200,
  reply: Simulation,
  problems: [403, 404, 422, 502],
})

export const simulateBundle = endpoint({
  id: 'intents.simulate-bundle',
  method: 'POST',
  path: '/v1/agents/{agent_id}/transactions/simulate-bundle',
  summary: 'Simulate several transactions in order. Nothing is signed.',
  description: `Each transaction sees the changes of those before it. All must be for one chain. The guardrails apply to all of them together: if they would refuse one, an agent gets 403. ${FIELDS}`,
  auth: 'user-or-agent',
  action: 'transaction.simulate',
  audit: 'transaction.simulate',
  price: 'simulation',
  params: agentParams,
  bodyLimit: CALLDATA_BODY_LIMIT,
  body: z.object({ transactions: z.array(z.object(intent)).min(1).max(20) }),
  status: 200,
  reply: z.object({ simulations: z.array(Simulation) }),
  problems: [403, 404, 422, 502],
})

/** Fields of a transaction that older clients do not know. */
const DETAILS = [
  'from',
  'nonce',
  'gas_limit',
  'gas_price',
  'summary',
  'remaining_daily_allowance_eth',
  'explorer_url',
  'chain_status',
  'block_number',
  'gas_used',
  'effective_gas_price',
  'mined_at',
] as const

const Flag = z.enum(['true', 'false', '1', '0'])
const reading = 'The signed transaction is included only with `include_signed_tx=true` (or `1`).'

export const listTransactions = endpoint({
  id: 'intents.list',
  method: 'GET',
  path: '/v1/agents/{agent_id}/transactions',
  summary: 'List the transactions of an agent, newest first.',
  description: `For the agent itself, owners, admins and its creator. ${reading} \`limit\` is at most 1000 (default: 200); with signed transactions at most 100. \`cursor\` is the \`next_cursor\` of the page before. \`day\` selects the transactions that were created on a day (UTC). With \`include=details\`, each transaction also has its summary in words, its nonce and gas, and its state on the chain.`,
  auth: 'user-or-agent',
  action: 'transaction.read',
  audit: null,
  params: agentParams,
  query: z.object({
    include_signed_tx: Flag.optional(),
    status: z.enum(TRANSACTION_STATUSES).optional(),
    limit: z.int().min(1).max(1000).optional(),
    cursor: text(64).optional(),
    /** Only those created on this day, UTC. */
    day: z.string().regex(DAY).optional(),
    include: z.enum(['details']).optional(),
  }),
  status: 200,
  more: { include: 'details', list: 'transactions', fields: DETAILS },
  reply: z.object({
    transactions: z.array(Transaction),
    next_cursor: z.string().optional(),
    /** What the agent can still spend in the 24 hours that end now, in the native unit; absent without a daily limit. */
    remaining_daily_allowance_eth: z.string().optional(),
  }),
  problems: [403, 404],
})

export const getTransaction = endpoint({
  id: 'intents.get',
  method: 'GET',
  path: '/v1/agents/{agent_id}/transactions/{tx_id}',
  summary: 'Get one transaction of an agent.',
  description: `For the agent itself, owners, admins and its creator. ${reading}`,
  auth: 'user-or-agent',
  action: 'transaction.read',
  audit: null,
  params: z.object({ agent_id: Uuid, tx_id: Uuid }),
  query: z.object({ include_signed_tx: Flag.optional() }),
  status: 200,
  reply: Transaction,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const transactionsEndpoints = [
  submitTransaction,
  listTransactions,
  signTransaction,
  simulateTransaction,
  simulateBundle,
  getTransaction,
] as const
