import { appendFileSync } from 'node:fs'
import { Flags } from '@oclif/core'
import { addMaskCommands } from '../src/cli/context/github-masks.ts'
import { outFileOf, replaceFile } from '../src/cli/context/private-file.ts'
import { collect } from '../src/cli/env/collect.ts'
import { inGithubActions } from '../src/cli/env/environment.ts'
import { EXPORT_FORMATS, type ExportFormat, encoded } from '../src/cli/env/formats/encoders.ts'
import { selectionOf } from '../src/cli/env/selection.ts'
import { SELECTION_FLAGS } from '../src/cli/flags/run-flags.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { oclifFlags, outFileFlag } from '../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../src/problem.ts'

export default class Export extends ClawCommand {
  static override description = [
    'Print secrets as variables, for a shell or a file.',
    'Secrets and names are selected as for `run`. A value that the format cannot express exactly is an error. `github` appends to the file $GITHUB_ENV of the job. In GitHub Actions, the values are masked in the log first.',
  ].join('\n\n')
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %> --format shell)"',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --format dotenv --out-file .env',
    '<%= config.bin %> <%= command.id %> prod/db-url --format json',
  ]
  static override usage = '<%= command.id %> [PATH...] [flags]'
  static override strict = false
  static override flags = {
    ...oclifFlags(SELECTION_FLAGS),
    format: Flags.option({ options: EXPORT_FORMATS, description: 'Output format (default: dotenv).' })(),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Export)
    const format = formatOf(flags)
    const { env, stdout, stderr } = this.context
    const file = outFileOf(flags)
    const job = format === 'github' ? jobFile(env) : undefined
    const selection = await selectionOf(this.context, argv.map(String), flags)
    const session = await this.session(flags)
    const variables = [...(await collect(session, selection)).values()]
    const text = encoded(format, variables)
    if (inGithubActions(env)) stderr.write(addMaskCommands(variables.flatMap(({ value, literal }) => (literal ? [] : [value]))))
    const { note } = this.printer({ quiet: flags.quiet })
    if (job !== undefined) {
      appendFileSync(job, text)
      note(`Set ${variables.length} variables for the next steps.`)
    } else if (file !== undefined) {
      replaceFile(file, text)
      note(`Wrote ${variables.length} variables to ${file}.`)
    } else stdout.write(text)
  }
}

interface FormatFlags {
  readonly format?: ExportFormat | undefined
  readonly json?: boolean | undefined
  readonly output?: string | undefined
  readonly 'out-file'?: string | undefined
}

function formatOf(flags: FormatFlags): ExportFormat {
  const { format, json, output } = flags
  if (output !== undefined && output !== 'json') {
    throw new Problem('usage', '--output does not apply to export.', { hint: `Use --format ${EXPORT_FORMATS.join('|')}.` })
  }
  const asJson = json || output === 'json'
  if (asJson && format !== undefined && format !== 'json')
    throw new Problem('usage', `--json and --format ${format} exclude each other.`)
  if (format === 'github' && outFileOf(flags) !== undefined)
    throw new Problem('usage', '--format github writes to $GITHUB_ENV, so it cannot be combined with --out-file.')
  return asJson ? 'json' : (format ?? 'dotenv')
}

function jobFile(env: Readonly<Record<string, string | undefined>>): string {
  const file = env['GITHUB_ENV']
  if (file) return file
  throw new Problem('usage', '--format github works only in a job of GitHub Actions: GITHUB_ENV is not set.')
}
