import { CMEK_HINT, cmekKeys } from '../../src/cli/credentials/cmek-keys.ts'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { CMEK_JOB, CUSTOMER_KEY } from '../../src/cli/output/views/keys.ts'

export default class CmekStatus extends ClawCommand {
  static override description =
    'Show whether a vault has a customer key, whether this machine has it, and the latest rotations.\nThe fingerprint is the SHA-256 of the key.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --vault production',
    '<%= config.bin %> <%= command.id %> --vault production --cmek-key-file production.key',
  ]
  static override flags = oclifFlags(CMEK_FLAGS)

  async run(): Promise<void> {
    const { flags } = await this.parse(CmekStatus)
    const { client, target, vaultId } = await this.session(flags)
    const vault_id = await vaultId()
    const params = { vault_id }
    const { name: vault, cmek_fingerprint: fingerprint } = await client.call('vaults.get', { params })
    const { rotations } = await client.call('cmek.rotations', { params })
    const keys = fingerprint === undefined ? [] : await cmekKeys(this.context, target, flags)(vault_id)
    const printer = this.printer(flags)
    await printer.one(
      {
        vault_id,
        vault,
        enabled: fingerprint !== undefined,
        ...(fingerprint !== undefined && { fingerprint, found_here: keys.some(key => key.fingerprint === fingerprint) }),
        rotations,
      },
      CUSTOMER_KEY,
    )
    if (printer.format !== 'table') return
    if (fingerprint === undefined) printer.note('Turn one on: 1claw cmek enable')
    else if (!keys.some(key => key.fingerprint === fingerprint))
      printer.note(`The key of this vault was not found on this machine. ${CMEK_HINT}`)
    const running = rotations.find(({ status }) => status === 'running')
    if (running)
      printer.note(
        `Rotated ${running.processed} of ${howMany(running.total_secrets, 'version')}. If it was interrupted, continue it with: 1claw cmek rotate`,
      )
    if (rotations.length === 0) return
    this.context.stdout.write('\n')
    await printer.list(rotations, CMEK_JOB, '')
  }
}
