import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import { missingGuardrails } from './agent-flags.ts'

/** Says, in red where there is colour, which limits an agent that can move money does not have. */
export function warnOfMissingGuardrails(
  context: Context,
  agent: Parameters<typeof missingGuardrails>[0],
  who = 'this agent',
): void {
  const missing = missingGuardrails(agent)
  if (missing.length === 0) return
  const text = `warning: ${who} can sign transactions without a limit on ${missing.join(', ')}.`
  context.stderr.write(`${coloured(context.stderr, context.env) ? `\u001b[31m${text}\u001b[0m` : text}\n`)
}
