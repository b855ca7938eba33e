/** Something that can be switched off and can expire: API keys, agents. */
export interface Expiring {
  readonly is_active: boolean
  /** Epoch milliseconds; null: never. */
  readonly expires_at: number | null
}

/** Whether it may be used now: it is active and not expired. `now` is in epoch milliseconds. */
export function isLive({ is_active, expires_at }: Expiring, now: number): boolean {
  return is_active && (expires_at === null || expires_at > now)
}
