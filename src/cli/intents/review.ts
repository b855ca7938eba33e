import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import type { Simulation } from '../output/views/intents.ts'

/** The review of a transaction, before it is sent or to see what it would do. */
interface Review {
  readonly simulations: readonly Simulation[]
  readonly colour: boolean
  /** Columns of the terminal. */
  readonly width: number
}

/** Renders it; passed in by the command, because only commands reach the views. */
type ReviewView = (review: Review) => string

/** Shows it on stderr: stdout is for the result. */
export async function showReview(
  context: Context,
  simulations: readonly Simulation[],
  view: () => Promise<ReviewView>,
): Promise<void> {
  const draw = await view()
  const { stderr, env } = context
  stderr.write(draw({ simulations, colour: coloured(stderr, env), width: stderr.columns || 80 }))
}
