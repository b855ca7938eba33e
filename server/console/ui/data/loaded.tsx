import { type ReactNode, useEffect } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Button } from '../form/button.tsx'
import { Link } from '../link.tsx'
import { useHealth } from './health.tsx'
import type { Loaded } from './use-loaded.ts'

interface LoadedViewProps<T> {
  of: Loaded<T>
  /** Name of the data, as in `Loading the vaults…`. */
  what: string
  /** What to show for a problem that a retry does not solve. */
  instead?: (problem: Problem) => ReactNode | undefined
  children: (value: T) => ReactNode
}

/**
 * Shows the loaded data, or that it is loading, or why it could not be loaded and a button to try again. If the server was unreachable,
 * the data is loaded again when the server answers.
 */
export function LoadedView<T>({ of: { state, reload, refresh }, what, instead, children }: LoadedViewProps<T>) {
  const { background } = useSignedIn()
  const health = useHealth()
  const answers = health?.serves === true
  const missed = state.at === 'failed' && ['server.unreachable', 'timeout'].includes(state.problem.code)
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the server becomes reachable, not when a request fails.
  useEffect(() => {
    // No person requested it, so it must not keep an unused session alive.
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
