import { Problem } from '../../problem.ts'
import type { Prompts } from '../context/prompts.ts'
import type { Planned } from './plan.ts'

export const ON_CONFLICT = ['skip', 'new-version', 'fail'] as const
export type OnConflict = (typeof ON_CONFLICT)[number]

export function isConflict({ fate }: Planned): boolean {
  return fate === 'differs' || fate === 'exists'
}

const ANSWERS = [
  { value: 'new-version', name: 'Write a new version' },
  { value: 'skip', name: 'Skip it' },
  { value: 'all-new-version', name: 'Write new versions of this and all others' },
  { value: 'all-skip', name: 'Skip this and all others' },
  { value: 'fail', name: 'Stop and write nothing' },
] as const

/**
 * The items to write. Existing secrets with another value follow the given rule; without one a person decides on each.
 * @param prompts absent without a terminal
 * @throws Problem `resource.conflict` naming them if they should fail the import, before anything is written
 */
export async function settled(
  plan: readonly Planned[],
  rule: OnConflict | undefined,
  prompts: Prompts | undefined,
): Promise<Planned[]> {
  const chosen: Planned[] = []
  let answerForAll = rule
  for (const item of plan) {
    if (item.fate === 'unchanged') continue
    if (!isConflict(item)) {
      chosen.push(item)
      continue
    }
    if (answerForAll === 'fail' || (!answerForAll && !prompts)) throw conflict(plan.filter(isConflict))
    const what = item.fate === 'differs' ? 'exists with another value' : 'exists, and its value cannot be compared'
    const answer = answerForAll ?? (await prompts?.choose(`${item.path} ${what}.`, ANSWERS)) ?? 'fail'
    if (answer === 'fail') throw new Problem('cancelled', 'Nothing was imported.')
    if (answer === 'all-skip') answerForAll = 'skip'
    if (answer === 'all-new-version') answerForAll = 'new-version'
    if (answer.endsWith('new-version')) chosen.push(item)
  }
  return chosen
}

const SHOWN = 20

function conflict(items: readonly Planned[]): Problem {
  const paths = items.slice(0, SHOWN).map(({ path }) => path)
  const more = items.length > SHOWN ? ` and ${items.length - SHOWN} more` : ''
  const what = items.length === 1 ? 'One secret exists' : `${items.length} secrets exist`
  return new Problem('resource.conflict', `${what} with another value: ${paths.join(', ')}${more}. Nothing was imported.`, {
    hint: 'Decide with --on-conflict skip or --on-conflict new-version.',
  })
}
