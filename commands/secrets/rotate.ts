import { Flags } from '@oclif/core'
import { CHARSETS } from '../../src/cli/input/vocabulary.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { beforeRotation } from '../../src/cli/secrets/rotation.ts'

export default class SecretsRotate extends ClawCommand {
  static override description =
    'Replace the value with a random one that the server generates, as a new version.\nThe value is not printed; read it with `secrets get`. At a terminal it first tells who read the secret in the last 30 days and who last read an older version, and asks.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/session-secret',
    '<%= config.bin %> <%= command.id %> prod/pin --length 8 --charset hex',
  ]
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    length: Flags.integer({ min: 8, max: 1024, helpValue: '<n>', description: 'Number of characters (default: 32).' }),
    charset: Flags.option({ options: CHARSETS, description: 'Characters to use.' })(),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsRotate)
    const { client, vaultId } = await this.session(flags)
    const { length, charset } = flags
    const printer = this.printer(flags)
    const vault_id = await vaultId()
    // Only people are asked: scripts rotate without --yes.
    if (!flags.yes && this.canAsk(flags)) {
      for (const line of await beforeRotation(client, vault_id, args.path, this.context.now())) printer.note(line)
      await this.confirm(flags, `Replace the value of ${args.path}? Programs keep the old value until they read it again.`)
    }
    const secret = await client.call('secrets.rotate', {
      params: { vault_id, path: args.path },
      body: { ...(length !== undefined && { length }), ...(charset && { charset }) },
    })
    await printer.done(`Rotated ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}
