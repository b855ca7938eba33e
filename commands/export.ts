import { appendFileSync } from 'node:fs'
import { Flags } from '@oclif/core'
import { maskCommands } from '../src/cli/context/ci-masks.ts'
import { outFileOf, replaceFile, writeProblem } from '../src/cli/context/private-file.ts'
import { collect } from '../src/cli/env/collect.ts'
import { EXPORT_FORMATS, type ExportFormat, encoded } from '../src/cli/env/formats/encoders.ts'
import { selectionOf } from '../src/cli/env/selection.ts'
import { SELECTION_FLAGS } from '../src/cli/flags/run-flags.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { oclifFlags, outFileFlag } from '../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../src/cli/output/how-many.ts'
import { Problem } from '../src/problem.ts'

export default class Export extends ClawCommand {
  static override description = [
    'Print secrets as variables, for a shell or a file.',
    'Secrets and names are selected as for `run`. A value that the format cannot express exactly is an error. In GitHub Actions, the values are masked in the log first.',
    '`github` appends to the file $GITHUB_ENV of the job, or to $GITHUB_OUTPUT with --github-output; `gitlab` writes a dotenv report, which everyone who can download the artifacts of the job can read; `cmd` is for a batch file that is run with `call`.',
  ].join('\n\n')
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %> --format shell)"',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --format dotenv --out-file .env',
    '<%= config.bin %> <%= command.id %> --format fish | source',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --format k8s --k8s-name shop | kubectl apply -f -',
    '<%= config.bin %> <%= command.id %> prod/db-url --format json',
  ]
  static override usage = '<%= command.id %> [PATH...] [flags]'
  static override strict = false
  static override flags = {
    ...oclifFlags(SELECTION_FLAGS),
    format: Flags.option({ options: EXPORT_FORMATS, description: 'Output format (default: dotenv).' })(),
    'k8s-name': Flags.string({ helpValue: '<name>', description: 'With --format k8s: name of the Secret (default: env).' }),
    'github-output': Flags.boolean({ description: 'With --format github: set outputs of the step instead of variables.' }),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Export)
    const format = formatOf(flags)
    const { env, stdout, stderr } = this.context
    const file = outFileOf(flags)
    const job = format === 'github' ? jobFile(env, flags['github-output']) : undefined
    const selection = await selectionOf(this.context, argv.map(String), flags)
    const session = await this.session(flags)
    const variables = [...(await collect(session, selection)).values()]
    const text = encoded(format, variables, { name: flags['k8s-name'] })
    stderr.write(
      maskCommands(
        env,
        variables.flatMap(({ value, literal }) => (literal ? [] : [value])),
      ),
    )
    const { note } = this.printer({ quiet: flags.quiet })
    if (job !== undefined) {
      appendTo(job, text)
      note(
        `Set ${howMany(variables.length, flags['github-output'] ? 'output' : 'variable')} ${flags['github-output'] ? 'of this step' : 'for the next steps'}.`,
      )
    } else if (file !== undefined) {
      replaceFile(file, text)
      note(`Wrote ${howMany(variables.length, 'variable')} to ${file}.`)
    } else stdout.write(text)
  }
}

interface FormatFlags {
  readonly format?: ExportFormat | undefined
  readonly json?: boolean | undefined
  readonly output?: string | undefined
  readonly 'out-file'?: string | undefined
  readonly 'k8s-name'?: string | undefined
  readonly 'github-output'?: boolean | undefined
}

function formatOf(flags: FormatFlags): ExportFormat {
  const { format, json, output } = flags
  if (output !== undefined && output !== 'json') {
    throw new Problem('usage', '--output does not apply to export.', { hint: `Use --format ${EXPORT_FORMATS.join('|')}.` })
  }
  const asJson = json || output === 'json'
  if (asJson && format !== undefined && format !== 'json')
    throw new Problem('usage', `--json and --format ${format} cannot be combined.`)
  if (format === 'github' && outFileOf(flags) !== undefined)
    throw new Problem('usage', '--format github writes to a file of the job, so it cannot be combined with --out-file.')
  if (flags['k8s-name'] !== undefined && format !== 'k8s') throw new Problem('usage', '--k8s-name applies only to --format k8s.')
  if (flags['github-output'] && format !== 'github')
    throw new Problem('usage', '--github-output applies only to --format github.')
  return asJson ? 'json' : (format ?? 'dotenv')
}

function appendTo(file: string, text: string): void {
  try {
    appendFileSync(file, text)
  } catch (error) {
    throw writeProblem(file, error) ?? error
  }
}

function jobFile(env: Readonly<Record<string, string | undefined>>, output: boolean): string {
  const name = output ? 'GITHUB_OUTPUT' : 'GITHUB_ENV'
  const file = env[name]
  if (file) return file
  throw new Problem('usage', `--format github works only in a job of GitHub Actions: ${name} is not set.`)
}
