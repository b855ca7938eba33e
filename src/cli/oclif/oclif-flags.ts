import { Flags, type Interfaces } from '@oclif/core'
import type { FlagSpec, FlagSpecs } from '../flags/flag-spec.ts'
import { GLOBAL_FLAGS } from '../flags/global-flags.ts'

// Interfaces, because a declaration file can name one; the compiler expands an alias into its parts, which oclif does not export.
export interface Switch extends Interfaces.BooleanFlag<boolean> {}
export interface Text<Value extends string = string> extends Interfaces.OptionFlag<Value | undefined> {}
export interface Integer extends Interfaces.OptionFlag<number | undefined> {}

type FlagOf<S extends FlagSpec> = S extends { type: 'boolean' }
  ? Switch
  : S extends { type: 'integer' }
    ? Integer
    : S extends { multiple: true }
      ? // With a type name of ours, TypeScript would expand it and infer `string | string[]` for the parsed value.
        Interfaces.OptionFlag<string[] | undefined>
      : S extends { options: readonly (infer Option extends string)[] }
        ? Text<Option>
        : Text

export type OclifFlags<S extends FlagSpecs> = { [Name in keyof S]: FlagOf<S[Name]> }

/** oclif's flags for a table of flags. */
export function oclifFlags<const S extends FlagSpecs>(specs: S): OclifFlags<S> {
  const flags = Object.entries(specs).map(([name, spec]) => [name, flagOf(name, spec)])
  return Object.fromEntries(flags) as OclifFlags<S>
}

function flagOf(name: string, spec: FlagSpec): Switch | Text | Interfaces.OptionFlag<string[] | undefined> | Integer {
  const { description, char, group } = spec
  const common = { description, ...(char && { char }), ...(group && { helpGroup: group }) }
  if (spec.type === 'boolean') return Flags.boolean<boolean>(common)
  const valued = { ...common, ...(spec.value && { helpValue: `<${spec.value}>` }) }
  if (spec.type === 'integer') {
    return Flags.integer({
      ...valued,
      ...(spec.min !== undefined && { min: spec.min }),
      ...(spec.max !== undefined && { max: spec.max }),
    })
  }
  const text = { ...valued, ...(spec.options && { options: [...spec.options] }), ...bareLabel(name, spec) }
  // Not greedy: `-f a b` must leave `b` to the arguments.
  return spec.multiple ? Flags.string({ ...text, multiple: true, multipleNonGreedy: true }) : Flags.string(text)
}

/** `--mask[=always]`, in the help and for completion: without a value it has its default. */
function bareLabel(name: string, { bare, options = [] }: FlagSpec & { type: 'string' }): { helpLabel: string } | undefined {
  if (bare === undefined) return undefined
  return { helpLabel: `--${name}[=${options.filter(option => option !== bare).join('|')}]` }
}

export const globalFlags: OclifFlags<typeof GLOBAL_FLAGS> = oclifFlags(GLOBAL_FLAGS)

/** Confirms an irreversible action. */
export const yesFlag = Flags.boolean({ char: 'y', description: 'Skip the confirmation.' })

/** Keeps a one-time secret off the screen. */
export const outFileFlag = Flags.string({
  helpValue: '<file>',
  description: 'Write it to a file that only you can read (mode 0600), or - for stdout.',
})
