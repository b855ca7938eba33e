import { Args, type Interfaces } from '@oclif/core'

/** A positional argument. Never read from stdin, as oclif would do: piped input belongs to the command. */
export function required(description: string): Interfaces.Arg<string> {
  return Args.string({ required: true, ignoreStdin: true, description })
}

export function optional(description: string): Interfaces.Arg<string | undefined> {
  return Args.string({ ignoreStdin: true, description })
}
