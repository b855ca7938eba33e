import { Problem } from '../../../problem.ts'

/** A value that a format cannot carry: which secret it is, why, and what can. */
export function unfit(origin: string, why: string, format: string, hint = 'Use --format json, or `1claw run`.'): Problem {
  return new Problem('usage', `The value of ${origin} ${why}, which ${format} cannot express.`, { hint })
}
