import type { Reply } from '../../src/client/client.ts'
import { AGENT_ID, VAULT_ID } from './fake-context.ts'

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

/** A transaction that a node accepted. */
export const transaction: Reply<'intents.submit'> = {
  id: VAULT_ID,
  agent_id: AGENT_ID,
  chain: 'base',
  chain_id: 8453,
  from: TO,
  to: TO,
  value_wei: '500000000000000000',
  nonce: 4,
  status: 'broadcast',
  signed_tx: '0x02aa',
  tx_hash: '0xbb',
  created_at: '2026-03-01T12:00:00Z',
  summary: { kind: 'transfer', text: `Send 0.5 ETH to ${TO}.` },
  remaining_daily_allowance_eth: '0.4',
}

/** A transaction that would succeed. */
export const simulation: Reply<'intents.simulate'> = {
  simulation_id: 's1',
  status: 'success',
  method: 'eth_simulateV1',
  gas_used: 21_000,
  balance_changes: [{ address: TO, token_symbol: 'ETH', before: '1', after: '1.5', change: '+0.5' }],
  simulated_at: '2026-03-01T12:00:00Z',
  chain: 'base',
  chain_id: 8453,
  from: TO,
  summary: { kind: 'transfer', text: `Send 0.5 ETH to ${TO}.` },
  guardrails: { allowed: true, remaining_daily_allowance_eth: '0.9' },
}
