import { type ReactNode, useEffect } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Button } from '../form/button.tsx'
import { Link } from '../link.tsx'
import { useHealth } from './health.tsx'
import type { Loaded } from './use-loaded.ts'

interface LoadedViewProps<T> {
  of: Loaded<T>
  /** What is being waited for, as in `Loading the vaults…`. */
  what: string
  /** What to show of a problem, where trying again is not what helps. */
  instead?: (problem: Problem) => ReactNode | undefined
  children: (value: T) => ReactNode
}

/**
 * What was loaded, or that it is on its way, or why it did not come and a way to try again. What an unreachable server could not answer
 * is asked again once it answers.
 */
export function LoadedView<T>({ of: { state, reload, refresh }, what, instead, children }: LoadedViewProps<T>) {
  const { background } = useSignedIn()
  const health = useHealth()
  const answers = health !== undefined && health.tone !== 'bad'
  const missed = state.at === 'failed' && ['server.unreachable', 'timeout'].includes(state.problem.code)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the server begins to answer, and not when the question fails.
  useEffect(() => {
    // Nobody asked for it: it must not keep a session alive that nobody uses.
    if (answers && missed) void refresh(background)
  }, [answers])
  if (state.at === 'loaded') return children(state.value)
  if (state.at === 'loading') {
    return (
      <p className="loading late" role="status">
        Loading {what}…
      </p>
    )
  }
  const shown = instead?.(state.problem)
  if (shown !== undefined) return shown
  return (
    <div className="failed" role="alert">
      <p className="alert">{state.message}</p>
      {state.problem.code === 'payment.required' && (
        <p>
          <Link to="/billing/credits">Buy credits or see the plan</Link>
        </p>
      )}
      <Button onClick={reload}>Try again</Button>
    </div>
  )
}
