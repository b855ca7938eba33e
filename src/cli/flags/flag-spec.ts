/**
 * Flags as data. The commands of the fast path are parsed twice, by `node:util` in front of oclif and by oclif itself for help and errors; both
 * parsers are derived from the same table, so they cannot come to differ.
 */
interface Described {
  readonly description: string
  /** One letter: `-q`. */
  readonly char?: 'e' | 'f' | 'o' | 'q' | 'v'
  /** A group of its own in the help. */
  readonly group?: string
}

export type FlagSpec =
  | (Described & { readonly type: 'boolean' })
  | (Described & {
      readonly type: 'string'
      /** What the value is called in the help. */
      readonly value?: string
      readonly options?: readonly string[]
      readonly multiple?: boolean
      /** What the flag stands for without a value, as in `--mask`; a value is then only taken after `=`. */
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

/** A command that is worth a path in front of oclif. */
export interface HotSpec {
  /** The words typed. */
  readonly id: string
  /** Names of the positional arguments, all required. */
  readonly args: readonly string[]
  readonly flags: FlagSpecs
  /** Name of an argument that may follow any number of times. */
  readonly variadic?: string
  /** Everything after `--` is a command line of somebody else. */
  readonly passthrough?: boolean
}
