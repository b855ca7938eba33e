import { Flags } from '@oclif/core'
import { ensureRotated, rotatedServerKey, rotatedVault, rotatedVaults } from '../../src/cli/keys/rotation.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SERVER_KEY, SERVER_KEYS, VAULT_KEY_JOB } from '../../src/cli/output/views/keys.ts'
import { Problem } from '../../src/problem.ts'

export default class KeysRotate extends ClawCommand {
  static override description = [
    'Replace the key of a vault, or a key of the server.',
    'Vaults: values are not decrypted and stay readable in the meantime. The old key is destroyed when every version was opened with the new one. If the server or this command is interrupted, the server continues by itself; run the command again to watch it.',
    'Server (--key): `jwt` signs tokens and the audit log, `audit` proves each audit event, `data-box` seals second factors and waiting mail, `pepper` hashes API keys. The old key is accepted until nothing needs it; `keys status` shows how far that is. Requires a platform administrator who signed in within the last 15 minutes.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --vault production',
    '<%= config.bin %> <%= command.id %> --all --json',
    '<%= config.bin %> <%= command.id %> --key jwt',
  ]
  static override flags = {
    all: Flags.boolean({ description: 'All vaults that you created or manage, one after the other.' }),
    key: Flags.option({ options: SERVER_KEYS, description: 'A key of the server instead of a vault’s.' })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysRotate)
    const chosen = Object.entries({ '--vault': flags.vault, '--all': flags.all || undefined, '--key': flags.key })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name)
    if (chosen.length > 1) throw new Problem('usage', `${chosen.join(' and ')} cannot be combined.`, { hint: 'Use one of them.' })
    const { client, vaultId } = await this.session(flags)
    const printer = this.printer(flags)
    if (flags.key) {
      const key = await rotatedServerKey(this.context, client, flags.key)
      printer.note('The key from before is accepted until nothing needs it: `1claw keys status`.')
      return printer.one(key, SERVER_KEY)
    }
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
