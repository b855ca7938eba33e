import { CMEK_FLAGS } from '../../src/cli/flags/cmek-flags.ts'
import { editorCommand } from '../../src/cli/input/editor.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsEdit extends ClawCommand {
  static override description = [
    'Edit the value of a secret in $VISUAL or $EDITOR, as a new version.',
    'The value is in a file that only you can read, in memory where the system offers that, and is removed afterwards. Nothing is written if you change nothing. If somebody else has written a version in the meantime, you are asked first.',
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
    const params = { vault_id: await vaultId(), path: args.path }
    const before = await client.call('secrets.get', { params })
    const { edited } = await import('../../src/cli/input/editor.ts')
    const value = withoutAddedLine(await edited(editorCommand(this.context.env), before.value), before.value)
    const { note, done } = this.printer(flags)
    if (value === before.value) return note('Nothing was changed.')
    if (value === '') throw new Problem('usage', 'The value is empty.', { hint: 'Nothing was written.' })
    const { versions } = await client.call('secrets.versions', { params, query: { limit: 1 } })
    const newest = versions[0]?.version ?? before.version
    if (newest !== before.version) {
      await this.confirm(
        flags,
        `${args.path} has version ${newest} by now, and you edited version ${before.version}. Write yours as the newest?`,
      )
    }
    const secret = await client.call('secrets.put', { params, body: { value } })
    await done(`Wrote ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}

/** Editors end the last line themselves; a line break that was not there before was not typed. */
function withoutAddedLine(value: string, before: string): string {
  return before.endsWith('\n') ? value : value.replace(/\r?\n$/, '')
}
