import type { Client } from '../../../client/client.ts'
import { followed } from '../../audit/follow.ts'
import type { Context } from '../../context/context.ts'
import { listIn } from '../list-key.ts'
import type { Store } from '../store.ts'

/**
 * Follows the audit log while it is open: from its newest event on, until it is closed or the signal aborts. Call this after each change.
 */
export function follower(
  context: Pick<Context, 'sleep' | 'stderr'>,
  client: Client,
  store: Store,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): () => void {
  let following: AbortController | undefined
  return () => {
    const state = store.state()
    const isOpen = state.screens.some(({ place }) => place.kind === 'audit')
    if (!isOpen) {
      following?.abort()
      following = undefined
      return
    }
    const list = listIn(state, { of: 'audit' })
    if (following || !list || list.isLoading || list.hasFailed) return
    following = new AbortController()
    const both = AbortSignal.any([signal, following.signal])
    const newest = list.items[0]?.seq ?? 0
    followed(context, client, {}, newest, event => store.dispatch({ type: 'happened', event }), both).catch(failed)
  }
}
