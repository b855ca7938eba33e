import { Problem } from '../../../problem.ts'
import { ensureNoNul } from '../environment.ts'
import { forAll } from '../faults.ts'
import type { Variable } from '../names.ts'
import { cmd } from './cmd.ts'
import { csv } from './csv.ts'
import { docker } from './docker.ts'
import { dotenv } from './dotenv.ts'
import { dotnet } from './dotnet.ts'
import { fish } from './fish.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { json } from './json.ts'
import { k8s } from './k8s.ts'
import { nix } from './nix.ts'
import { powershell } from './powershell.ts'
import { properties } from './properties.ts'
import { shell } from './shell.ts'
import { systemd } from './systemd.ts'
import { tfvars } from './tfvars.ts'
import { yaml } from './yaml.ts'

/** Options of a format's writer, in addition to the variables. */
export interface EncodingOptions {
  /** The name of the object that contains them, if it has one. */
  readonly name?: string | undefined
}

type Encoder = (variables: readonly Variable[], options: EncodingOptions) => string

const ENCODERS = {
  dotenv,
  shell,
  fish,
  powershell,
  cmd,
  json,
  yaml,
  csv,
  properties,
  docker,
  k8s,
  systemd,
  tfvars,
  nix,
  dotnet,
  github,
  gitlab,
} as const satisfies Record<string, Encoder>

export type ExportFormat = keyof typeof ENCODERS
export const EXPORT_FORMATS = Object.keys(ENCODERS) as ExportFormat[]

/** Formats whose text can hold a NUL character. */
const WITH_NUL: readonly ExportFormat[] = ['json', 'yaml', 'k8s', 'dotnet']

/**
 * The variables as text in a format. Reading it returns exactly what was stored.
 * @throws Problem `usage` naming a value that the format cannot express; it is never changed to fit
 */
export function encoded(format: ExportFormat, variables: Iterable<Variable>, options: EncodingOptions = {}): string {
  const all = [...variables]
  const encoder: Encoder = ENCODERS[format]
  forAll(all, variable => {
    const { value, origin } = variable
    if (!WITH_NUL.includes(format)) ensureNoNul(value, origin)
    if (!value.isWellFormed()) throw new Problem('usage', `The value of ${origin} is not valid Unicode text.`)
    encoder([variable], options)
  })
  return encoder(all, options)
}
