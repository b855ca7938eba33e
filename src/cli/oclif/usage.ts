import type { Command } from '@oclif/core'
import { Problem } from '../../problem.ts'
import { nearest } from '../input/suggest.ts'

/**
 * oclif's complaint about a command line as our `usage` problem; undefined for any other error. The unknown words are not repeated: one of
 * them could be a secret meant for somewhere else.
 */
export function usageProblem(error: Error, command: typeof Command): Problem | undefined {
  if (!('oclif' in error) || error instanceof Problem) return undefined
  const id = (command.id ?? '').replaceAll(':', ' ')
  const help = `See \`1claw ${id} --help\`.`
  if ('flags' in error && Array.isArray(error.flags)) {
    const [flag = ''] = error.flags.map(word => String(word).split('=')[0] ?? '')
    const known = Object.keys({ ...command.baseFlags, ...command.flags }).map(name => `--${name}`)
    const close = nearest(flag, known)
    return new Problem('usage', `\`1claw ${id}\` has no flag ${flag}.`, { hint: close ? `Did you mean ${close}?` : help })
  }
  if ('args' in error && Array.isArray(error.args) && error.message.startsWith('Unexpected argument')) {
    return tooMany(id, error.args.length)
  }
  if ('args' in error && Array.isArray(error.args)) {
    const missing = error.args.map((arg: { name?: string }) => `<${arg.name}>`).join(' ')
    return new Problem('usage', `\`1claw ${id}\` needs ${missing}.`, { hint: help })
  }
  const choice = /^Expected (?:--([\w-]+)=)?(.*) to be one of: (.*)$/m.exec(error.message)
  if (choice) {
    const [, flag, typed = '', options = ''] = choice
    const close = nearest(typed, options.split(', '))
    const what = flag === undefined ? `The argument of \`1claw ${id}\`` : `--${flag}`
    return new Problem('usage', `${what} must be one of ${options}.`, { hint: close ? `Did you mean ${close}?` : help })
  }
  return new Problem(
    'usage',
    missingFlags(error.message, id) ??
      missingWith(error.message) ??
      notTogether(error.message) ??
      numberFault(error.message) ??
      firstLines(error.message),
    {
      hint: help,
    },
  )
}

/**
 * oclif treats the value of `--json=true` as an argument, such as the path of a secret.
 * @throws Problem `usage` for a boolean flag with a value, which is not repeated
 */
export function refuseValuesOfSwitches(command: typeof Command, words: readonly string[]): void {
  const flags = { ...command.baseFlags, ...command.flags }
  const all = Object.entries(flags)
  const flagOf = (name: string) => all.find(([long, { char }]) => name === `--${long}` || (char && name === `-${char}`))
  for (let at = 0; at < words.length && words[at] !== '--'; at++) {
    const [name = '', value] = (words[at] ?? '').split('=')
    const [long, flag] = name.startsWith('-') ? (flagOf(name) ?? []) : []
    if (flag?.type === 'boolean' && value !== undefined) {
      throw new Problem('usage', `--${long} takes no value.`, {
        hint: `Write --${long} to turn it on, and nothing to leave it off.`,
      })
    }
    // The next word is its value, whatever it looks like.
    if (flag?.type === 'option' && value === undefined) at++
  }
}

/** Surplus words of a command, which are not repeated: one of them could be a secret. `id`: the command, as it is typed. */
export function tooMany(id: string, count: number): Problem {
  const many = count === 1 ? 'an argument' : `${count} arguments`
  return new Problem('usage', `\`1claw ${id}\` got ${many} too many.`, { hint: `See \`1claw ${id} --help\`.` })
}

function missingFlags(message: string, id: string): string | undefined {
  const names = [...message.matchAll(/Missing required flag ([\w-]+)/g)].map(([, name]) => `--${name}`)
  return names.length > 0 ? `\`1claw ${id}\` needs ${names.join(' and ')}.` : undefined
}

/** A flag without another flag that it requires. */
function missingWith(message: string): string | undefined {
  const [, flag, others] = /All of the following must be provided when using (--[\w-]+): (.*)/.exec(message) ?? []
  return flag === undefined ? undefined : `${flag} also needs ${others?.trim()}.`
}

/** Two flags that cannot be combined. oclif would repeat a value, which could be a secret. */
function notTogether(message: string): string | undefined {
  const [, one, other] = /(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)/s.exec(message) ?? []
  return one === undefined ? undefined : `${one} and ${other} cannot be combined.`
}

function numberFault(message: string): string | undefined {
  const [, flag, bound, limit] =
    /^Parsing (--[\w-]+) \n?\s*Expected an integer (?:(greater|less) than or equal to (-?\d+) )?but received/.exec(message) ?? []
  if (!flag) return undefined
  const range = bound ? `, ${bound === 'greater' ? 'at least' : 'at most'} ${limit}` : ''
  return `${flag} must be a whole number${range}.`
}

/** oclif's own text without its pointer to the help. */
function firstLines(message: string): string {
  return message
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('See more help'))
    .join(' ')
}
