import { run } from '../src/cli/fast-path/run.ts'
import { withBareValues } from '../src/cli/flags/bare.ts'
import { RUN } from '../src/cli/flags/run-flags.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { type OclifFlags, oclifFlags } from '../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../src/problem.ts'

export default class Run extends ClawCommand {
  static override description = [
    'Run a program with secrets in its environment.',
    'Without paths, --prefix or --env-file, the program gets every secret in the vault that you can read. Each variable is named after the last segment of the path, in upper case, with _ for - and . ; an env_bundle secret sets one variable for each of its keys. Two secrets with the same name are an error.',
    'Variables that are already set keep their values unless you pass --overload. Names that control how programs run (such as PATH, NODE_OPTIONS or *_FLAGS) are refused unless --allow-special names them. ONECLAW_TOKEN and the API keys are never passed to the program.',
    'The exit code is that of the program, 126 if it cannot be executed, 127 if it is not found, or 128+n if signal n ended it.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> -- npm start',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --only DB_URL,API_KEY -- ./server',
    '<%= config.bin %> <%= command.id %> prod/db-url 1claw://shared/smtp/password -- ./server',
    '<%= config.bin %> <%= command.id %> --env-file .env --mask -- make deploy',
    '<%= config.bin %> <%= command.id %> --mask=always -- psql',
  ]
  static override usage = '<%= command.id %> [PATH...] [flags] -- <command> [arguments]'
  // Takes any number of paths; `usage` shows them in the help.
  static override strict = false
  static override flags: OclifFlags<typeof RUN.flags> = oclifFlags(RUN.flags)

  async run(): Promise<void> {
    // `parse` puts the arguments that it was given into `this.argv`.
    const words = withBareValues(RUN.flags, this.argv)
    const dashes = words.indexOf('--')
    const { argv, flags } = await this.parse(Run, dashes === -1 ? words : words.slice(0, dashes))
    const command = dashes === -1 ? [] : words.slice(dashes + 1)
    if (command.length === 0) {
      throw new Problem('usage', 'No program given.', { hint: 'Name it after two dashes: `1claw run -- npm start`.' })
    }
    await run(this.context, argv.map(String), command, flags)
  }
}
