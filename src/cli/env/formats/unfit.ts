import { Problem } from '../../../problem.ts'

/** The error for a value that a format cannot express: which secret it is, why, and which format can. */
export function unfit(origin: string, why: string, format: string, hint = 'Use --format json, or `1claw run`.'): Problem {
  return new Problem('usage', `The value of ${origin} ${why}, which ${format} cannot express.`, { hint })
}
