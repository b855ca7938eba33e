import { Args, Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { CHECKED_REFERENCE } from '../../src/cli/output/views/references.ts'
import { checked } from '../../src/cli/references/check.ts'
import { mentionsIn } from '../../src/cli/references/scan.ts'
import { Problem } from '../../src/problem.ts'

export default class RefsCheck extends ClawCommand {
  static override description = [
    'Check the references in files without reading any value.',
    'Finds every 1claw://vault/path in the files, and under the folders (default: the current one), and checks that it can be understood, and that the secret and version exist, are enabled and have not expired. Exits with 10 if any reference fails.',
    'Folders such as .git and node_modules, binary files and files larger than 2 MiB are skipped.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> deploy .env --exclude '*.md'",
  ]
  static override usage = '<%= command.id %> [FILE OR FOLDER...] [flags]'
  static override strict = false
  static override args = {
    place: Args.string({ ignoreStdin: true, description: 'File or folder (default: the current folder).' }),
  }
  static override flags = {
    exclude: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<pattern>',
      description: 'Exclude files with a matching path, such as docs/*. Repeatable.',
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RefsCheck)
    const places = argv.length > 0 ? argv.map(String) : ['.']
    const found = mentionsIn(this.context.cwd, places, flags.exclude ?? [])
    const results = found.length > 0 ? await checked(await this.session(flags), found, this.context.now()) : []
    await this.printer(flags).list(results, CHECKED_REFERENCE, 'There are no references in these files.')
    const failed = results.filter(({ ok }) => !ok).length
    if (failed === 0) return
    throw new Problem('check.failed', `${failed} of ${howMany(results.length, 'reference')} cannot be used.`, {
      hint: 'Correct the reference, create the secret, or ask for access to it.',
    })
  }
}
