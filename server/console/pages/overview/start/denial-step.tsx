import { bearer } from '../../../../../src/client/auth.ts'
import { Problem } from '../../../../../src/problem.ts'
import { connect } from '../../../session/connect.ts'
import { useAction } from '../../../ui/data/use-action.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Snippet } from '../../../ui/one-time-key/snippet.tsx'

/** A path without a grant; it need not have a secret. */
const ELSEWHERE = 'elsewhere/secret'

interface DenialStepProps {
  agent: { readonly name: string; readonly key?: string | undefined } | undefined
  vault: string | undefined
  onDone(): Promise<void>
}

/** The agent reads another path and is denied: from here with its new key, or in a terminal. */
export function DenialStep({ agent, vault, onDone }: DenialStepProps) {
  const { key } = agent ?? {}
  const attempt = useAction(async () => {
    if (key === undefined || vault === undefined) return
    const asAgent = connect(bearer(key))
    await asAgent.call('secrets.get', { params: { vault_id: vault, path: ELSEWHERE } }).catch((thrown: unknown) => {
      if (!(thrown instanceof Problem && thrown.status === 403)) throw thrown
    })
    await onDone()
  })
  if (!agent || vault === undefined) return <p className="quiet">Register an agent first.</p>
  const line = `ONECLAW_AGENT_API_KEY=${key ?? '<its key>'} 1claw secrets get ${ELSEWHERE} --vault ${vault}`
  return (
    <>
      <Alert>{attempt.failure}</Alert>
      {key !== undefined && (
        <div className="actions">
          <Button kind="primary" busy={attempt.busy} onClick={() => void attempt.run()}>
            Read {ELSEWHERE} as {agent.name}
          </Button>
        </div>
      )}
      <Snippet
        title={key === undefined ? 'In a terminal' : 'Or in a terminal'}
        text={line}
        {...(key !== undefined && { hide: key })}
      />
    </>
  )
}
