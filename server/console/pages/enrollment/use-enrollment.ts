import { useEffect, useState } from 'react'
import { byName } from '../../address.ts'
import { explain, problemOf } from '../../failure.ts'
import type { Session, SignedIn } from '../../session/session.ts'
import type { Access } from '../../ui/access/grant-fields.tsx'
import type { Phase } from './status.ts'

interface Enrollment {
  readonly phase: Phase
  approve(access: Access | undefined): Promise<void>
  deny(): Promise<void>
}

/** Asks the server about the agent behind a link, and decides about it with the authority of `who`. */
export function useEnrollment(token: string, { client }: SignedIn, session: Session): Enrollment {
  const [phase, setPhase] = useState<Phase>({ at: 'loading' })
  const params = { token }

  const look = async (): Promise<Phase> => {
    const asked = await client.call('agents.enrollment', { params })
    if (asked.status !== 'pending') return { at: 'over', status: asked.status, here: false }
    const { vaults } = await client.call('vaults.list')
    return { at: 'asking', asked, vaults: vaults.toSorted(byName) }
  }

  const give = async (next: Promise<Phase>) => {
    try {
      setPhase(await next)
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status === 401) return session.expire()
      if (problem.status === 404 && phase.at !== 'asking') return setPhase({ at: 'unknown' })
      // 409 and 410: decided elsewhere, or expired. The server knows which.
      if (problem.status === 409 || problem.status === 410) return give(look())
      const failure = explain(problem)
      setPhase(phase.at === 'asking' ? { ...phase, busy: false, failure } : { at: 'failed', message: failure })
    }
  }

  const decide = (next: () => Promise<Phase>) => {
    if (phase.at !== 'asking' || phase.busy) return Promise.resolve()
    setPhase({ at: 'asking', asked: phase.asked, vaults: phase.vaults, busy: true })
    return give(next())
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once; another link or account is another component (its key).
  useEffect(() => void give(look()), [])

  return {
    phase,
    approve: access =>
      decide(async () => {
        const body = access ? { grant: access } : {}
        return { at: 'approved', approved: await client.call('agents.approve', { params, body }), access }
      }),
    deny: () =>
      decide(async () => {
        const { status } = await client.call('agents.deny', { params })
        return { at: 'over', status, here: true }
      }),
  }
}
