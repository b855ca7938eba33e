import { useEffect, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Problem } from '../../../../src/problem.ts'
import { explain, problemOf } from '../../failure.ts'
import { type Phase, phaseOf, type Share } from './status.ts'

interface ShareInHand {
  readonly phase: Phase
  open(share: Share, passphrase: string): Promise<void>
  answer(share: Share, answer: 'accept' | 'decline'): Promise<void>
  reload(): Promise<void>
}

/** Looks a share up, and opens it on request; the look-up does not count as an opening. */
export function useShare(id: string, client: Client, onExpired: () => void): ShareInHand {
  const [phase, setPhase] = useState<Phase>({ at: 'loading' })
  const params = { share_id: id }

  const give = async (next: Promise<Phase>, share?: Share) => {
    try {
      setPhase(await next)
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status === 401) return onExpired()
      setPhase(phaseAfter(problem, share))
    }
  }

  const look = () => client.call('shares.describe', { params }).then(phaseOf)

  const reload = () => {
    setPhase({ at: 'loading' })
    return give(look())
  }

  const open = async (share: Share, passphrase: string) => {
    setPhase({ at: 'closed', share, busy: true })
    const headers = passphrase === '' ? {} : { 'x-share-passphrase': latin1(passphrase) }
    const call = client.call('shares.open', { params }, { headers })
    await give(
      call.then(opened => ({ at: 'open', opened })),
      share,
    )
  }

  const answer = async (share: Share, verb: 'accept' | 'decline') => {
    setPhase({ at: 'closed', share, busy: true })
    const call = client.call(`shares.${verb}`, { params })
    await give(verb === 'accept' ? call.then(look) : call.then(() => ({ at: 'declined' })), share)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once; another share or account is another component (its key).
  useEffect(() => void give(look()), [])

  return { phase, open, answer, reload }
}

/** A header carries bytes: those of the text in UTF-8, as the characters of Latin-1. */
function latin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join('')
}

function phaseAfter(problem: Problem, share: Share | undefined): Phase {
  if (problem.status === 404) return { at: 'unknown' }
  if (problem.status === 410) return { at: 'gone' }
  return share ? { at: 'closed', share, failure: explain(problem) } : { at: 'failed', message: explain(problem) }
}
