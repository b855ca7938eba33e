/** Shows a plan for a fleet of agents, and its outcome. */

import { Problem } from '../../problem.ts'
import { visible } from '../context/visible.ts'
import { howMany } from '../output/how-many.ts'
import type { Outcome } from './carry-out.ts'
import type { Difference } from './fields.ts'
import { type AgentChange, countsOf, type Plan } from './plan.ts'
import type { PolicyChange } from './policy-plan.ts'

const SIGNS = { create: '+', update: '~', deactivate: '-', delete: '-' } as const
const COLOURS = { '+': 32, '~': 33, '-': 31 } as const

type Paint = (sign: keyof typeof COLOURS, line: string) => string

/** One line for each planned action, and below it the changes: `before → after`. */
export function planText({ changes }: Plan, colour: boolean): string {
  const paint: Paint = (sign, line) => (colour ? `\u001b[${COLOURS[sign]}m${sign}\u001b[0m ${line}` : `${sign} ${line}`)
  return changes
    .flatMap(change => agentLines(change, paint))
    .map(line => `${line}\n`)
    .join('')
}

function agentLines({ action, name, id, differences, policies }: AgentChange, paint: Paint): string[] {
  const verb = action === 'deactivate' ? 'deactivate agent' : 'agent'
  const head = `${verb} ${visible(name)}${id === undefined ? '' : ` (${id})`}`
  const sign = SIGNS[action]
  return [
    // If only policies change, the agent itself is their heading.
    action === 'update' && differences.length === 0 ? `  ${head}` : paint(sign, head),
    ...differences.map(difference => `    ${differenceText(difference)}`),
    ...policies.flatMap(policy => policyLines(policy, paint)),
  ]
}

function policyLines({ action, vault, pattern, differences }: PolicyChange, paint: Paint): string[] {
  return [
    `  ${paint(SIGNS[action], `policy ${visible(pattern)} in ${visible(vault)}`)}`,
    ...differences.map(difference => `      ${differenceText(difference)}`),
  ]
}

function differenceText({ field, from, to }: Difference): string {
  return from === undefined ? `${field}: ${valueText(to)}` : `${field}: ${valueText(from)} → ${valueText(to)}`
}

function valueText(value: unknown): string {
  if (value === undefined) return 'none'
  if (Array.isArray(value)) return value.map(item => visible(String(item))).join(', ')
  return typeof value === 'object' ? visible(JSON.stringify(value)) : visible(String(value))
}

/** `2 to create, 1 to change, 0 to remove; 297 agents are up to date.` */
export function planSummary(plan: Plan): string {
  const { create, change, remove } = countsOf(plan)
  return `${create} to create, ${change} to change, ${remove} to remove; ${unchangedText(plan)}`
}

export function unchangedText({ unchanged }: Plan): string {
  return `${howMany(unchanged, 'agent')} ${unchanged === 1 ? 'is' : 'are'} up to date.`
}

/** The same for programs. `outcomes`: the results, if the changes were made. */
export function planData(plan: Plan, outcomes?: readonly Outcome[]) {
  return {
    counts: { ...countsOf(plan), unchanged: plan.unchanged },
    inactive: plan.inactive,
    extra: plan.extra,
    changes: plan.changes.map(({ action, name, id, differences, policies }, index) => ({
      action,
      name,
      ...(id !== undefined && { id }),
      differences,
      policies: policies.map(policy => ({
        action: policy.action,
        vault: policy.vault,
        path: policy.pattern,
        ...(policy.id !== undefined && { id: policy.id }),
        differences: policy.differences,
      })),
      ...(outcomes?.[index] && outcomeData(outcomes[index])),
    })),
  }
}

function outcomeData({ status, id, apiKey, keyFile, error }: Outcome) {
  return {
    status,
    ...(id !== undefined && { id }),
    ...(apiKey !== undefined && { api_key: apiKey }),
    ...(keyFile !== undefined && { key_file: keyFile }),
    ...(error !== undefined && { error: reasonOf(error) }),
  }
}

/** An unknown error is described by its system call, which names a file, or not at all. */
export function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  return error instanceof Error && 'syscall' in error ? error.message : 'an internal error occurred'
}
