import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import { missingGuardrails } from './agent-flags.ts'

/** Warns, in red if possible, about missing limits of an agent that can move money. */
export function warnOfMissingGuardrails(
  context: Context,
  agent: Parameters<typeof missingGuardrails>[0],
  who = 'this agent',
): void {
  const missing = missingGuardrails(agent)
  const warnings = [
    ...(missing.length > 0 ? [`${who} can sign transactions without a limit on ${missing.join(', ')}.`] : []),
    ...(agent.raw_signing_enabled ? [`${who} can sign raw hashes, which no guardrail can check.`] : []),
  ]
  const isColoured = coloured(context.stderr, context.env)
  for (const each of warnings) {
    const text = `warning: ${each}`
    context.stderr.write(`${isColoured ? `\u001b[31m${text}\u001b[0m` : text}\n`)
  }
}
