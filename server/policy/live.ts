/** An object that can be switched off and can expire: an API key or an agent. */
export interface Expiring {
  readonly is_active: boolean
  /** Epoch milliseconds; null for never. */
  readonly expires_at: number | null
}

/** Whether it can be used now: it is active and not expired. `now` is in epoch milliseconds. */
export function isLive({ is_active, expires_at }: Expiring, now: number): boolean {
  return is_active && (expires_at === null || expires_at > now)
}
