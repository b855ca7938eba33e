import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { editorCommand } from '../../src/cli/input/editor.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsEdit extends ClawCommand {
  static override description = [
    'Edit the value of a secret in $VISUAL or $EDITOR, as a new version.',
    'The value is written to a temporary file that only you can read, in memory where the system offers that, and is removed afterwards. If you change nothing, no version is written. If someone else has written a version in the meantime, you are asked first.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %> prod/config.json']
  static override args = { path: required('Path of the secret.') }
  static override flags = oclifFlags(CMEK_FLAGS)

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsEdit)
    if (!this.canAsk(flags)) {
      throw new Problem('usage', 'An editor needs a terminal.', {
        hint: `Write the value with \`1claw secrets set ${args.path} -\`.`,
      })
    }
    const { client, vaultId } = await this.session(flags)
    const [{ edited }, { editedSecret }] = await Promise.all([
      import('../../src/cli/input/editor.ts'),
      import('../../src/cli/secrets/editing.ts'),
    ])
    const { note, done } = this.printer(flags)
    const secret = await editedSecret({
      client,
      vaultId: await vaultId(),
      path: args.path,
      edit: value => edited(editorCommand(this.context.env), value),
      agree: async conflict => {
        if (conflict !== undefined) await this.confirm(flags, conflict)
      },
      again: failure => this.context.prompts.confirm(`${failure.message} Try again with what you typed?`),
    })
    if (!secret) return note('Nothing was changed.')
    await done(`Wrote ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}
