import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { type Entries, type Failure, type Form, refusal, useForm } from '../form/submission.ts'

interface SignedInSubmission {
  /** Names of its fields: the server's faults of them are shown next to them, other messages above the form. */
  readonly fields: readonly string[]
  /** Checks the entries before anything is sent. */
  check?(entries: Entries): Failure | null
  send(client: Client, entries: Entries): Promise<unknown>
  /** The message for a problem, if the server's own message is not suitable. */
  failureOf?(problem: Problem): Failure | undefined
}

/** A form that sends its entries as the signed-in person. Ends the session if the server rejects the token. */
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
