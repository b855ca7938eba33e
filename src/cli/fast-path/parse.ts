import type { ParseArgsConfig, ParseArgsOptionDescriptor } from 'node:util'
import { withBareValues } from '../flags/bare.ts'
import type { FlagSpec, FlagSpecs, FlagValues, HotSpec } from '../flags/flag-spec.ts'
import { GLOBAL_FLAGS, type GlobalFlags } from '../flags/global-flags.ts'

export interface Parsed<S extends HotSpec> {
  readonly args: readonly string[]
  readonly flags: GlobalFlags & FlagValues<S['flags']>
  /** The arguments after `--`, for a `passthrough` command. */
  readonly rest: readonly string[]
}

type Raw = string | boolean | (string | boolean)[] | undefined

/** Parses what follows the command's words. Undefined if anything is unusual: oclif then reports it, and shows the help. */
export function parseHot<S extends HotSpec>(spec: S, argv: readonly string[]): Parsed<S> | undefined {
  const [own, rest] = spec.passthrough ? split(argv) : [argv, []]
  const specs: FlagSpecs = { ...GLOBAL_FLAGS, ...spec.flags }
  const parsed = attempt({
    args: withBareValues(specs, own),
    options: parseArgsOptions(specs),
    allowPositionals: true,
    strict: true,
    tokens: true,
  })
  if (!parsed || parsed.positionals.length < spec.args.length) return undefined
  if (!spec.variadic && parsed.positionals.length > spec.args.length) return undefined
  if (spec.passthrough && rest.length === 0) return undefined
  const flags: Record<string, unknown> = {}
  const seen = new Set<string>()
  for (const token of parsed.tokens ?? []) {
    if (token.kind !== 'option') continue
    const flag = specs[token.name]
    if (!flag) return undefined
    const repeatable = flag.type === 'string' && flag.multiple
    if (seen.has(token.name) && flag.type !== 'boolean' && !repeatable) return undefined
    seen.add(token.name)
    const value = meaning(flag, parsed.values[token.name])
    if (value === undefined) return undefined
    flags[token.name] = value
  }
  // Compiling the expression takes longer than oclif does.
  if (flags['jq'] !== undefined || (flags['json'] === true && flags['output'] !== undefined)) return undefined
  return { args: parsed.positionals, flags: flags as Parsed<S>['flags'], rest }
}

function parseArgsOptions(specs: FlagSpecs): Record<string, ParseArgsOptionDescriptor> {
  const options: Record<string, ParseArgsOptionDescriptor> = {}
  for (const [name, spec] of Object.entries(specs)) {
    options[name] = {
      type: spec.type === 'boolean' ? 'boolean' : 'string',
      ...(spec.char && { short: spec.char }),
      ...(spec.type === 'string' && spec.multiple && { multiple: true }),
    }
  }
  return options
}

function split(argv: readonly string[]): [readonly string[], readonly string[]] {
  const dashes = argv.indexOf('--')
  return dashes === -1 ? [argv, []] : [argv.slice(0, dashes), argv.slice(dashes + 1)]
}

function attempt(config: ParseArgsConfig) {
  try {
    // An ES `import` of node:util evaluates its lazy exports, which takes longer than all of this parsing.
    return process.getBuiltinModule('node:util').parseArgs(config)
  } catch {
    return undefined
  }
}

function meaning(flag: FlagSpec, value: Raw): unknown {
  if (flag.type === 'boolean') return value
  if (flag.type === 'string') {
    const values = Array.isArray(value) ? value : [value]
    return flag.options && !values.every(one => flag.options?.includes(String(one))) ? undefined : value
  }
  if (typeof value !== 'string' || !/^-?\d+$/.test(value)) return undefined
  const parsed = Number.parseInt(value, 10)
  return parsed < (flag.min ?? -Infinity) || parsed > (flag.max ?? Infinity) ? undefined : parsed
}
