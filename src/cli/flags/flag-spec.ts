/**
 * Flags as data. Commands on the fast path are parsed in two places, by `node:util` and, for help and errors, by oclif. Both parsers are
 * derived from the same table, so they cannot differ.
 */
interface Described {
  readonly description: string
  /** One letter: `-q`. */
  readonly char?: 'e' | 'f' | 'o' | 'q' | 'v'
  /** The name of its group in the help. */
  readonly group?: string
}

export type FlagSpec =
  | (Described & { readonly type: 'boolean' })
  | (Described & {
      readonly type: 'string'
      /** The name of the value in the help. */
      readonly value?: string
      readonly options?: readonly string[]
      readonly multiple?: boolean
      /** The default of the flag without a value, as in `--mask`; a value is then only accepted after `=`. */
      readonly bare?: string
    })
  | (Described & { readonly type: 'integer'; readonly value?: string; readonly min?: number; readonly max?: number })

export type FlagSpecs = Readonly<Record<string, FlagSpec>>

type ValueOf<S extends FlagSpec> = S extends { type: 'boolean' }
  ? boolean
  : S extends { type: 'integer' }
    ? number
    : S extends { multiple: true }
      ? string[]
      : S extends { options: readonly (infer Option)[] }
        ? Option
        : string

export type FlagValues<S extends FlagSpecs> = { -readonly [Name in keyof S]?: ValueOf<S[Name]> | undefined }

/** A command on the fast path. */
export interface HotSpec {
  /** The words typed. */
  readonly id: string
  /** Names of the positional arguments, all required. */
  readonly args: readonly string[]
  readonly flags: FlagSpecs
  /** Name of an argument that can follow any number of times. */
  readonly variadic?: string
  /** Everything after `--` is another program's command line. */
  readonly passthrough?: boolean
}
