import { BACKUP, DATA_DIR, UNLOCKING_FLAGS, unlockingOf } from '../../src/cli/backup/unlocking.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'

export default class RestoreDrill extends ClawCommand {
  static override description = [
    'Prove that a backup can be restored.',
    'It is restored into a temporary folder, and every value in it is opened with the keys of the settings. The digest of (vault, path, version) with the hash of each value must be the one of the moment of the backup. The temporary folder is removed.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %> 1claw.age --identity @key.txt --data-dir /var/lib/1claw']
  static override args = { file: required('File of the backup.') }
  static override flags = { ...UNLOCKING_FLAGS, 'data-dir': DATA_DIR }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RestoreDrill)
    const dataDir = flags['data-dir']
    const { drill } = await import('../../server/backup/commands.ts')
    const found = await drill(dataDir === undefined ? {} : { dataDir }, args.file, await unlockingOf(this.context, flags))
    const printer = this.printer(flags)
    printer.note(`Restored ${howMany(found.versions, 'version')}; every value is the one that was backed up.`)
    await printer.one(found, BACKUP)
  }
}
