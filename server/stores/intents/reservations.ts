import type { Handle } from '../../db/database.ts'
import { inLockstep } from '../../db/together.ts'
import type { IntentStore } from './intents.ts'
import { type Account, reservationStatements } from './reservation-statements.ts'

type Batched = Pick<
  IntentStore,
  'lockSpending' | 'saveSpending' | 'counted' | 'outstanding' | 'signaturesOut' | 'lockNonce' | 'saveNonce' | 'heldNonces' | 'add'
>

export type ReservationStore = ReturnType<typeof reservationStore>

/** Several reservations in one unit of work. */
export function reservationStore(handle: Handle) {
  const statements = reservationStatements(handle)
  return {
    /**
     * Locks the spending of these agents and these accounts until the unit of work ends, each kind in its order. Two units that lock the
     * same ones in different orders would wait for each other. SQLite has only one writer.
     */
    async lock(agentIds: readonly string[], accounts: readonly Account[], windowStart: number): Promise<void> {
      if (handle.engine === 'sqlite') return
      const agents = [...new Set(agentIds)].sort()
      await statements.lockSpending(agents.map(agentId => ({ agentId, windowStart })))
      const named = new Map(accounts.map(account => [`${account.chainId} ${account.address}`, account]))
      await statements.lockNonces([...named.keys()].sort().flatMap(name => named.get(name) ?? []))
    },

    /**
     * The methods of `intents` for reservations that are made side by side in the current unit of work: calls that wait at the same time
     * are one statement. No two reservations may have the same agent, or the same account of a chain.
     */
    together(intents: IntentStore): Batched {
      const lockSpending = inLockstep(statements.lockSpending)
      const counted = inLockstep(statements.counted)
      const outstanding = inLockstep(statements.outstanding)
      const signaturesOut = inLockstep(statements.signaturesOut)
      const lockNonce = inLockstep(statements.lockNonces)
      const saveNonce = inLockstep(nothing(statements.saveNonces))
      const anyHeld = inLockstep(statements.anyHeld)
      return {
        lockSpending: (agentId, windowStart) => lockSpending({ agentId, windowStart }),
        saveSpending: inLockstep(nothing(statements.saveSpending)),
        counted: (agentId, from, to = Number.MAX_SAFE_INTEGER) => counted({ agentId, from, to }),
        outstanding: (agentId, to) => outstanding({ agentId, to }),
        signaturesOut: (agentId, most) => signaturesOut({ agentId, most }),
        lockNonce: (chainId, address) => lockNonce({ chainId, address }),
        saveNonce: (chainId, address, next) => saveNonce({ chainId, address, next }),
        // Rarely is one held: a search starts after those that are known to be in use.
        heldNonces: async (chainId, address, from, limit) =>
          (await anyHeld({ chainId, address, from })) ? intents.heldNonces(chainId, address, from, limit) : [],
        add: inLockstep(nothing(statements.add)),
      }
    },
  }
}

/** For statements without results. */
function nothing<Key>(write: (keys: readonly Key[]) => Promise<unknown>): (keys: readonly Key[]) => Promise<undefined[]> {
  return async keys => {
    await write(keys)
    return keys.map(() => undefined)
  }
}
