import { useSignedIn } from '../signed-in.tsx'
import { type Form, type Submission, useForm } from './submission.ts'

/** A form of somebody who is signed in: a token that the server no longer takes ends the session. */
export function useSignedInForm({ failureOf, ...submission }: Submission): Form {
  const { session } = useSignedIn()
  return useForm({
    ...submission,
    failureOf: problem => {
      if (problem.status === 401) session.expire()
      return failureOf(problem)
    },
  })
}
