import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Config } from '@oclif/core'
import type { Context } from '../../src/cli/context/context.ts'
import { ROOT } from '../../src/cli/context/version.ts'
import type { ClawCommand } from '../../src/cli/oclif/command.ts'

type CommandClass = (new (argv: string[], config: Config, context: Context) => ClawCommand) & { id?: string }

let config: Promise<Config> | undefined

/** A configuration without commands: the test loads the command itself. */
function bareConfig(): Promise<Config> {
  const pjson = { name: '1claw', version: '0.0.0', oclif: { bin: '1claw', topicSeparator: ' ' as const } }
  config ??= Config.load({ root: ROOT, pjson, ignoreManifest: true })
  return config
}

/** Finds the command by its file, and returns it with the remaining words. */
export async function commandOf(words: readonly string[]): Promise<{ command: CommandClass; id: string; argv: string[] }> {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const path = join(ROOT, 'commands', ...words.slice(0, length))
    if (!existsSync(`${path}.ts`)) continue
    const { default: command } = (await import(`${path}.ts`)) as { default: CommandClass }
    return { command, id: words.slice(0, length).join(':'), argv: words.slice(length) }
  }
  throw new Error(`There is no command ${words.join(' ')}.`)
}

/** Runs a command line in this process, as oclif would, in the world of `context`. */
export async function runCommand(context: Context, ...words: string[]): Promise<void> {
  const { command: Base, id, argv } = await commandOf(words)
  class Run extends Base {
    static override id = id
    override run(): Promise<void> {
      return Base.prototype.run.call(this)
    }
    start(): Promise<void> {
      return this._run()
    }
  }
  await new Run(argv, await bareConfig(), context).start()
}
