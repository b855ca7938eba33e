import type { User } from '../../stores/accounts.ts'
import type { Stores } from '../../stores/all.ts'

/**
 * Makes an account its owner's alone when its address is proven for the first time; does nothing later. Returns the organisation that
 * the account is in afterwards.
 */
export type FreshStart = (stores: Stores, user: User, when: { readonly ip: string; readonly now: number }) => Promise<string>
