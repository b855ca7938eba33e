/** The tables of chains, transactions and server settings; part of `Schema`. Amounts of wei are decimal text. */
export interface IntentsSchema {
  /** Settings of the server that an admin can change while it runs. */
  settings: { key: string; value: string; updated_by: string; updated_at: number }
  /** The admins' changes to the built-in chains. */
  chains: {
    id: string
    chain_id: number
    name: string
    display_name: string
    /** Several are separated by commas or white space. */
    rpc_url: string | null
    rpc_timeout_ms: number | null
    ws_url: string | null
    explorer_url: string | null
    native_currency: string
    is_testnet: number
    is_enabled: number
    is_removed: number
    created_at: number
    updated_at: number
  }
  /** Keys on secp256k1 that never leave the key provider. They outlive their secret until they are destroyed there. */
  signing_keys: {
    id: string
    secret_id: string
    /** The sealed key if the provider stores it with us; null if it is in the token. */
    blob: Uint8Array | null
    public_key: Uint8Array
    /** EIP-55. */
    address: string
    created_at: number
  }
  transactions: {
    id: string
    /** Counts the transactions of one agent, from 1. */
    seq: number
    org_id: string
    agent_id: string
    /** `submit` or `sign`. */
    kind: string
    chain: string
    chain_id: number
    /** Addresses in their EIP-55 form. */
    from_address: string
    /** Null if a contract is created. */
    to_address: string | null
    value_wei: string
    nonce: number | null
    /** 1 while no other transaction can be given this nonce. */
    holds_nonce: number
    /** The place of the key, and the address of the agent: they decide whether a later use of the same kind is allowed. */
    key_vault_id: string
    key_path: string
    ip_address: string
    gas_limit: number | null
    gas_price: string | null
    max_fee_per_gas: string | null
    max_priority_fee_per_gas: string | null
    summary: string
    status: string
    signed_tx: string | null
    tx_hash: string | null
    error_message: string | null
    simulation_id: string | null
    simulation_status: string | null
    dashboard_url: string | null
    /** The amount that counts against the agent's daily limit, at the time of `created_at`. */
    counted_wei: string
    chain_status: string | null
    block_number: number | null
    gas_used: string | null
    effective_gas_price: string | null
    mined_at: number | null
    created_at: number
    signed_at: number | null
    /** When the background job checks it again; null when it is finished. */
    due_at: number | null
    attempts: number
  }
  spending: {
    agent_id: string
    last_seq: number
    /** Sum of `counted_wei` of the agent's transactions created after `window_start`. */
    window_wei: string
    window_start: number
    /** Days since 1970, UTC, and the sum of the transactions created on that day. */
    day: number
    day_wei: string
  }
  nonces: { chain_id: number; address: string; next_nonce: number }
  idempotency_keys: {
    agent_id: string
    key: string
    request_hash: string
    claimed_at: number
    transaction_id: string | null
    /** JSON of status and body; null while the first request is running. */
    answer: string | null
  }
}
