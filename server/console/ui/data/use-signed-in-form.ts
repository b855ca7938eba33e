import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { type Entries, type Failure, type Form, refusal, useForm } from '../form/submission.ts'

interface SignedInSubmission {
  /** Names of its fields: what the server says of them is told at them, the rest over the form. */
  readonly fields: readonly string[]
  /** What is wrong with the entries before anything is sent. */
  check?(entries: Entries): Failure | null
  send(client: Client, entries: Entries): Promise<unknown>
  /** What to tell of a refusal, where the server's own words do not do. */
  failureOf?(problem: Problem): Failure | undefined
}

/** A form whose entries go to the server in the name of who is signed in. A token that it no longer takes ends the session. */
export function useSignedInForm({ fields, check = () => null, send, failureOf }: SignedInSubmission): Form {
  const { client, session } = useSignedIn()
  return useForm({
    check,
    send: async entries => void (await send(client, entries)),
    failureOf: problem => {
      if (problem.status === 401) session.expire()
      return failureOf?.(problem) ?? refusal(problem, fields)
    },
  })
}
