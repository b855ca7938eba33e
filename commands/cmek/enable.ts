import { Flags } from '@oclif/core'
import { LOSS, newCmekKey, saveCmekKey } from '../../src/cli/cmek/new-key.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VAULT } from '../../src/cli/output/views/resources.ts'

export default class CmekEnable extends ClawCommand {
  static override description = [
    'Turn on a customer key for a vault.',
    'From then on this machine encrypts values before it sends them, and the server cannot read them. A new key is made and saved where your login is kept; --key-file also writes it to a file, or uses the key of a file that exists. Values that are already in the vault do not change: write them again to encrypt them.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --vault production',
    '<%= config.bin %> <%= command.id %> --vault production --key-file production.key',
  ]
  static override flags = { 'key-file': Flags.string({ helpValue: '<file>', description: 'File of the key (base64, 0600).' }) }

  async run(): Promise<void> {
    const { flags } = await this.parse(CmekEnable)
    const { client, vaultId, target } = await this.session(flags)
    const vault_id = await vaultId()
    const key = await newCmekKey(flags['key-file'])
    const place = await saveCmekKey(this.context, target, vault_id, key, flags['key-file'])
    const vault = await client.call('cmek.enable', {
      params: { vault_id },
      body: { fingerprint: key.key.fingerprint },
    })
    const printer = this.printer(flags)
    printer.note(`The key is in ${place}. ${LOSS}`)
    await printer.done(`Turned on the customer key of ${vault.name}.`, vault, VAULT)
  }
}
