import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeWorld, SIGNED_IN } from '../support/fake-context.ts'
import { ROOT } from '../support/house/files.ts'
import { runCommand } from '../support/run-command.ts'

interface Flag {
  readonly name: string
  readonly type: string
  readonly helpValue?: string | string[]
  readonly options?: string[]
}

interface Command {
  readonly id: string
  readonly hidden?: boolean
  readonly flags: Record<string, Flag>
  readonly args: Record<string, { readonly name: string }>
}

const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as { commands: Record<string, Command> }
const all = Object.values(commands)

describe('every command', () => {
  it.each(all.map(({ id }) => id.replaceAll(':', ' ')))('refuses an unknown flag with exit code 2 and a hint: %s', async id => {
    const world = fakeWorld({ env: SIGNED_IN, cwd: '/' })
    await runCommand(world.context, ...id.split(' '), '--nonsens')
    expect([world.exitCode(), world.asked]).toEqual([2, []])
    expect(world.stderr()).toContain('has no flag --nonsens')
    expect(world.stderr()).toContain('hint: ')
  })
})

describe('a secret', () => {
  /** Flag and argument names for values that other people must not see. */
  const SECRET = /password|passphrase|secret|token|assertion|api-key|^key$|private/
  /** Values that are paths of secrets, names of variables, or not secret at all. */
  const HARMLESS = /file|-\|@|NAME|<path>|<name>|<duration>|base64/

  it('cannot be the value of a flag of any command: flags take files, stdin or names of variables', () => {
    const open = all.flatMap(({ id, flags }) =>
      Object.values(flags)
        .filter(
          ({ name, type, options, helpValue = '' }) =>
            type === 'option' && !options && SECRET.test(name) && !HARMLESS.test([helpValue].flat().join()),
        )
        .map(({ name }) => `${id} --${name}`),
    )
    expect(open).toEqual([])
  })

  it('can be an argument only of commands that refuse it without --allow-argv', () => {
    const taking = all.filter(({ args }) => Object.values(args).some(({ name }) => /value|secret|password|token/.test(name)))
    const without = taking.filter(({ flags }) => !('allow-argv' in flags)).map(({ id }) => id)
    // Settings of the platform, none of which is secret.
    expect(without).toEqual(['admin:settings:set', 'config:set'])
  })
})
