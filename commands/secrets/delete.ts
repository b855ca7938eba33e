import { Flags } from '@oclif/core'
import { sameServer } from '../../src/cli/context/target.ts'
import { optional } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import type { View } from '../../src/cli/output/view.ts'
import { PATH } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'
import { commandLine } from '../../src/shell-word.ts'

/** Has no column for versions, because all of them are deleted. */
const PATHS: View<{ readonly path: string }> = { columns: { path: row => row.path }, name: row => row.path }

export default class SecretsDelete extends ClawCommand {
  static override description =
    'Delete every version of a secret, or of all secrets under a prefix.\nIt can be restored with `secrets restore` for 30 days, or as long as the server is configured to keep it. A later write continues with the next version number. --purge deletes it permanently, even if it was already deleted.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password --yes',
    '<%= config.bin %> <%= command.id %> --prefix prod/old/',
    '<%= config.bin %> <%= command.id %> prod/db/password --purge',
  ]
  static override args = { path: optional('Path of the secret.') }
  static override flags = {
    prefix: Flags.string({
      helpValue: '<text>',
      description: 'Delete all secrets whose path starts with this prefix; they are listed first.',
    }),
    purge: Flags.boolean({ description: 'Delete permanently; they cannot be restored.' }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsDelete)
    if ((args.path === undefined) === (flags.prefix === undefined || flags.prefix === '')) {
      throw new Problem('usage', 'Name one path, or a prefix with --prefix.', {
        hint: 'For everything in a vault: 1claw vaults delete',
      })
    }
    const { client, vaultId } = await this.session(flags)
    const vault_id = await vaultId()
    const printer = this.printer(flags)
    const query = flags.purge ? ({ purge: 'true' } as const) : {}
    const remove = (path: string) => client.call('secrets.delete', { params: { vault_id, path }, query })
    const how = flags.purge ? ' permanently' : ''
    if (args.path !== undefined) {
      await this.confirm(flags, `Delete every version of ${args.path}${how}?`)
      await remove(args.path)
      if (!flags.purge)
        printer.note(`Undo with: ${commandLine('secrets restore', args.path, { vault: flags.vault, ...sameServer(flags) })}`)
      return printer.done(`Deleted ${args.path}${how}.`, { path: args.path }, PATH)
    }
    const { secrets } = await client.call('secrets.list', { params: { vault_id }, query: { prefix: flags.prefix } })
    const paths = secrets.map(({ path }) => path)
    if (paths.length === 0) throw new Problem('resource.unknown', `No path starts with ${JSON.stringify(flags.prefix)}.`)
    if (!flags.yes) for (const path of paths) printer.note(path)
    await this.confirm(
      flags,
      `Delete every version of ${paths.length === 1 ? 'this secret' : `these ${paths.length} secrets`}${how}?`,
    )
    for (const path of paths) await remove(path)
    printer.note(`Deleted ${paths.length === 1 ? 'one secret' : `${paths.length} secrets`}${how}.`)
    if (!flags.purge) printer.note('Undo each with: 1claw secrets restore <path>')
    await printer.list(
      paths.map(path => ({ path })),
      PATHS,
      '',
    )
  }
}
