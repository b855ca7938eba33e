import { useEffect, useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import type { Session, SignedIn } from '../../session/session.ts'
import { type Decision, type Phase, phaseAfter, phaseOf } from './status.ts'

interface DeviceLogin {
  readonly phase: Phase
  /** `password`: if the phase requires it. */
  decide(decision: Decision, password?: string): Promise<void>
  reload(): Promise<void>
}

/** Asks the server about the device login behind `code` and decides about it with the authority of `who`. */
export function useDeviceLogin(code: string, who: SignedIn, session: Session): DeviceLogin {
  const [phase, setPhase] = useState<Phase>({ at: 'loading' })

  const look = () => who.client.call('device.status', { params: { user_code: code } }).then(phaseOf)

  const give = async (next: Promise<Phase>, otherwise: (problem: Problem) => Promise<Phase> | Phase) => {
    try {
      setPhase(await next)
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status === 401) session.expire()
      else setPhase(await otherwise(problem))
    }
  }

  const reload = () => {
    setPhase({ at: 'loading' })
    return give(look(), problem => phaseAfter(problem, Date.now()))
  }

  const decide = async (decision: Decision, password?: string) => {
    if (phase.at !== 'asking' || phase.busy) return
    const { asker, needsPassword } = phase
    const asked = { at: 'asking', asker, ...(needsPassword && { needsPassword }) } as const
    setPhase({ ...asked, busy: decision })
    const call = who.client.call(`device.${decision}`, { body: { user_code: code, ...(password && { password }) } })
    await give(
      call.then(({ status }) => ({ at: 'decided', status, here: true })),
      async problem => {
        const passwordFault = problem.extras.fields?.['password']
        if (problem.status === 403 && passwordFault) return { ...asked, needsPassword: true, failure: explain(problem) }
        if (passwordFault) return { ...asked, passwordFault }
        // 400 and 409: decided elsewhere, or expired. The server knows which.
        const moved = problem.status === 400 || problem.status === 409
        const after = moved ? await look().catch(() => undefined) : phaseAfter(problem, Date.now())
        return after && after.at !== 'failed' && after.at !== 'asking' ? after : { ...asked, failure: explain(problem) }
      },
    )
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once; another code or account is another component (its key).
  useEffect(() => void reload(), [])

  return { phase, decide, reload }
}
