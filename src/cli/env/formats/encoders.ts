import { Problem } from '../../../problem.ts'
import { ensureNoNul } from '../environment.ts'
import { forAll } from '../faults.ts'
import type { Variable } from '../names.ts'
import { docker } from './docker.ts'
import { dotenv } from './dotenv.ts'
import { github } from './github.ts'
import { json } from './json.ts'
import { shell } from './shell.ts'

const ENCODERS = { dotenv, shell, json, docker, github } as const

export type ExportFormat = keyof typeof ENCODERS
export const EXPORT_FORMATS = Object.keys(ENCODERS) as ExportFormat[]

/**
 * The variables as text of a format. What it reads back is what was stored, for every value.
 * @throws Problem `usage` naming a value that the format cannot express; it is never bent to fit.
 */
export function encoded(format: ExportFormat, variables: Iterable<Variable>): string {
  const all = [...variables]
  forAll(all, variable => {
    const { value, origin } = variable
    if (format !== 'json') ensureNoNul(value, origin)
    if (!value.isWellFormed()) throw new Problem('usage', `The value of ${origin} is not valid Unicode text.`)
    ENCODERS[format]([variable])
  })
  return ENCODERS[format](all)
}
