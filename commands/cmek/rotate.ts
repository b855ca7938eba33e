import { Flags } from '@oclif/core'
import { LOSS, newCmekKey, saveCmekKey } from '../../src/cli/cmek/new-key.ts'
import { continued, rotated, rotationKeys, untilRotated } from '../../src/cli/cmek/rotation.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CMEK_JOB } from '../../src/cli/output/views/keys.ts'

export default class CmekRotate extends ClawCommand {
  static override description = [
    'Encrypt every value of a vault with a new customer key.',
    'The server does the work and receives both keys while it runs. The new key is saved first; the old one is kept next to it. If the rotation is interrupted, run the command again to continue it.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --vault production',
    '<%= config.bin %> <%= command.id %> --vault production --old-key-file old.key --key-file new.key',
  ]
  static override flags = {
    'key-file': Flags.string({
      helpValue: '<file>',
      description: 'File of the new key; a new key is created if it does not exist.',
    }),
    'old-key-file': Flags.string({ helpValue: '<file>', description: 'File of the current key, if it is not saved here.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(CmekRotate)
    const session = await this.session(flags)
    const { client, target } = session
    const vault_id = await session.vaultId()
    const vault = await client.call('vaults.get', { params: { vault_id } })
    const keys = await rotationKeys(this.context, target, vault, flags)
    const printer = this.printer(flags)
    let job = await continued(client, vault_id, keys)
    if (job) printer.note('Continuing the rotation that was interrupted.')
    else {
      const next = await newCmekKey(flags['key-file'])
      printer.note(`The new key is in ${await saveCmekKey(this.context, target, vault_id, next, flags['key-file'])}. ${LOSS}`)
      job = await rotated(client, vault_id, keys.current, next)
    }
    await printer.one(await untilRotated(this.context, client, job, printer.note), CMEK_JOB)
  }
}
