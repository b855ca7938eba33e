import type { User } from '../../stores/accounts.ts'
import type { Stores } from '../../stores/all.ts'

/**
 * Hands an account to the owner of its address when the address is confirmed for the first time; does nothing later. Returns the
 * organisation that the account belongs to afterwards.
 */
export type FreshStart = (stores: Stores, user: User, when: { readonly ip: string; readonly now: number }) => Promise<string>
