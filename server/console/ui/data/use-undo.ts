import type { Client } from '../../../../src/client/client.ts'
import { explain, problemOf } from '../../failure.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { type Undo, useAnnounce } from './announcement.tsx'

/** Creates a function that undoes a change on the server and announces the outcome. */
export function useUndo(): (restore: (client: Client) => Promise<unknown>, done: () => void, said: string) => Undo {
  const { client, session } = useSignedIn()
  const announce = useAnnounce()
  return (restore, done, said) => async () => {
    try {
      await restore(client)
      announce(said)
      done()
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status === 401) session.expire()
      else announce(explain(problem))
    }
  }
}
