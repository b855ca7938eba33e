import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { maskCommands } from '../src/cli/context/ci-masks.ts'
import { outFileOf, replaceFile } from '../src/cli/context/private-file.ts'
import { bytesOf } from '../src/cli/context/terminal.ts'
import { textIn, textOfBytes } from '../src/cli/context/text-file.ts'
import { within } from '../src/cli/context/working-folder.ts'
import { FORMATS } from '../src/cli/flags/global-flags.ts'
import { CACHE_FLAGS, CMEK_FLAGS } from '../src/cli/flags/value-flags.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { oclifFlags } from '../src/cli/oclif/oclif-flags.ts'
import { injected } from '../src/cli/references/inject.ts'
import { Problem } from '../src/problem.ts'

export default class Inject extends ClawCommand {
  static override description = [
    'Fill secrets into a template.',
    'Every {{ 1claw://vault/path }} is replaced by the value. Filters follow with a bar: default "text" is used if the secret or field does not exist; base64, json and shell encode the value. Other braces are not changed; \\{{ 1claw:// is written without the backslash and not replaced.',
    'Nothing is written unless every value can be read.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> -i config.yaml.tpl -o config.yaml',
    '<%= config.bin %> <%= command.id %> -i nginx.conf.tpl -o /etc/nginx/nginx.conf --file-mode 0640',
    `echo 'token: {{ 1claw://prod/token | json }}' | <%= config.bin %> <%= command.id %>`,
  ]
  static override flags = {
    'in-file': Flags.string({ char: 'i', helpValue: '<file>', description: 'The template (default: stdin).' }),
    'out-file': Flags.string({ char: 'o', helpValue: '<file>', description: 'Write to this file (default: stdout).' }),
    'file-mode': Flags.string({
      helpValue: '<mode>',
      description: 'Permissions of the file in octal (default: 0600, only you can read it).',
    }),
    ...oclifFlags({ ...CMEK_FLAGS, ...CACHE_FLAGS }),
    // `-o` is the file here, as in other tools that fill templates.
    output: Flags.option({ options: FORMATS, hidden: true })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Inject)
    const mode = modeOf(flags['file-mode'])
    const named = outFileOf(flags)
    const out = named === undefined ? undefined : within(this.context.cwd, named)
    if (mode !== undefined && out === undefined) throw new Problem('usage', '--file-mode applies only with --out-file.')
    const { name, text } = await this.template(flags['in-file'], out)
    const session = await this.session(flags)
    const result = await injected(session, text, name)
    const { env, stderr, stdout } = this.context
    stderr.write(maskCommands(env, result.values))
    if (out === undefined) return stdout.write(result.text)
    replaceFile(out, result.text, mode)
    this.printer({ quiet: flags.quiet }).note(`Wrote ${named}.`)
  }

  private async template(file: string | undefined, out: string | undefined): Promise<{ name: string; text: string }> {
    const { cwd, stdin } = this.context
    if (file === undefined) {
      if (stdin.isTTY) throw new Problem('usage', 'No template given.', { hint: 'Name it with -i <file>, or pipe it in.' })
      return { name: 'stdin', text: textOfBytes(await bytesOf(stdin), 'The template') }
    }
    const path = within(cwd, file)
    if (out !== undefined && placeOf(path) === placeOf(out))
      throw new Problem('usage', `${file} would be replaced by its own values.`, { hint: 'Name another file with -o.' })
    const text = textIn(path)
    if (text === undefined) throw new Problem('usage', `There is no file ${file}.`)
    return { name: file, text }
  }
}

/** The path of a file with all symbolic links resolved. */
function placeOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

function modeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^0?[0-7]{3}$/.test(text)) throw new Problem('usage', '--file-mode takes three octal digits, such as 0640.')
  return Number.parseInt(text, 8)
}
