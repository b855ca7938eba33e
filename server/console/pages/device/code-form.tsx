import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { type Entries, type Failure, refusal, useForm } from '../../ui/form/submission.ts'
import { navigate } from '../../ui/location.ts'
import { canonicalUserCode, verifyPath } from './user-code.ts'

/** Asks for the code of a terminal and opens the page that decides about it. */
export function CodeForm() {
  const { ref, failure, onSubmit } = useForm({
    check,
    failureOf: problem => refusal(problem, ['user_code']),
    send: async entry => navigate(verifyPath(canonicalUserCode(entry('user_code')))),
  })
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate className="code-form">
      <Field
        label="Code from your terminal"
        name="user_code"
        autoComplete="off"
        autoCapitalize="characters"
        autoCorrect="off"
        spellCheck={false}
        maxLength={32}
        placeholder="XXXX-XXXX"
        required
        error={failure?.fields?.['user_code']}
      />
      <Button kind="primary" type="submit">
        Continue
      </Button>
    </form>
  )
}

function check(entry: Entries): Failure | null {
  return entry('user_code').trim() ? null : { fields: { user_code: 'Enter the code that your terminal shows.' } }
}
