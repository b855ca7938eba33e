import type { Engine, Execute, Handle } from '../database.ts'
import { createQueries } from '../queries.ts'
import type { Scope } from './unit.ts'

/** How a database runs statements outside a unit of work. */
export interface Outside {
  readonly read: Execute
  readonly report: Execute
}

/**
 * The handles of a database, created once: one for reads, one for reports, one for the current unit of work of the caller. Stores of the
 * wrong kind fail loudly: those for reads inside a unit (they would not see its changes), and those of a unit outside of it.
 */
export function createHandles(engine: Engine, scope: Scope, { read, report }: Outside) {
  const outside = (send: Execute): Handle => {
    const execute: Execute = async query => {
      scope.assertOutside()
      return send(query)
    }
    return {
      engine,
      db: createQueries(engine, execute),
      execute,
      changed() {
        throw new Error('changed must be called inside run.')
      },
      beforeCommit() {
        throw new Error('beforeCommit must be called inside run.')
      },
    }
  }
  const execute: Execute = async query => scope.current().execute(query)
  const units: Handle = {
    engine,
    db: createQueries(engine, execute),
    execute,
    changed(topic) {
      scope.current().topics.add(topic)
    },
    beforeCommit(finish, item) {
      scope.current().deferred.add(finish, item)
    },
  }
  return { reads: outside(read), reports: outside(report), units }
}
