import type { FlagSpec } from '../flags/flag-spec.ts'
import { GLOBAL_FLAGS } from '../flags/global-flags.ts'

/** `1claw --profile work secrets get x` → `1claw secrets get x --profile work`: flags of every command can come first. */
export function leadingFlagsLast(argv: readonly string[]): readonly string[] {
  let at = 0
  for (let flag = globalFlag(argv[at]); flag; flag = globalFlag(argv[at])) {
    at += flag.type === 'boolean' || argv[at]?.includes('=') ? 1 : 2
  }
  if (at === 0 || at >= argv.length) return argv
  const words = argv.slice(at)
  const dashes = words.indexOf('--')
  // The arguments after `--` belong to another program.
  const end = dashes === -1 ? words.length : dashes
  return [...words.slice(0, end), ...argv.slice(0, at), ...words.slice(end)]
}

/** The flag of every command that a word is, long or short. */
export function globalFlag(word: string | undefined): FlagSpec | undefined {
  const [name = ''] = (word ?? '').split('=')
  const specs: [string, FlagSpec][] = Object.entries(GLOBAL_FLAGS)
  return specs.find(([long, { char }]) => name === `--${long}` || (char !== undefined && name === `-${char}`))?.[1]
}
