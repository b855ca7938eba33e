import { Flags } from '@oclif/core'
import { ensureRotated, rotatedVault, rotatedVaults } from '../../src/cli/keys/rotation.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT_KEY_JOB } from '../../src/cli/output/views/keys.ts'
import { Problem } from '../../src/problem.ts'

export default class KeysRotate extends ClawCommand {
  static override description = [
    'Replace the key of a vault in the key provider.',
    'Values are not decrypted and stay readable in the meantime. The old key is destroyed when every version was opened with the new one. If the server or this command is interrupted, the server continues by itself; run the command again to watch it.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --vault production',
    '<%= config.bin %> <%= command.id %> --all --json',
  ]
  static override flags = {
    all: Flags.boolean({ description: 'All vaults that you created or manage, one after the other.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysRotate)
    if (flags.all && flags.vault !== undefined)
      throw new Problem('usage', '--all and --vault cannot be combined.', { hint: 'Remove one of them.' })
    const { client, vaultId } = await this.session(flags)
    const printer = this.printer(flags)
    if (!flags.all) {
      const vault = await client.call('vaults.get', { params: { vault_id: await vaultId() } })
      const job = await rotatedVault(this.context, client, vault, printer.note)
      await printer.one(job, VAULT_KEY_JOB)
      return ensureRotated([job])
    }
    const jobs = await rotatedVaults(this.context, client, printer.note)
    await printer.list(jobs, VAULT_KEY_JOB, 'No vaults.')
    ensureRotated(jobs)
  }
}
