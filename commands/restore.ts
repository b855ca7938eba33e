import { Flags } from '@oclif/core'
import { BACKUP, DATA_DIR, UNLOCKING_FLAGS, unlockingOf } from '../src/cli/backup/unlocking.ts'
import { required } from '../src/cli/oclif/args.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'

export default class Restore extends ClawCommand {
  static override description = [
    'Restore a backup into an empty data folder or database.',
    'Run this with the settings of the new server: its data folder with root.key in it, or its HSM. A backup of SQLite can be restored into PostgreSQL and the other way round. It refuses other keys than those of the data, a place that is not empty, and a folder whose audit-anchor.json remembers more of the audit log than the backup has.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1claw.age --identity @key.txt --data-dir /var/lib/1claw --dry-run',
    '<%= config.bin %> <%= command.id %> 1claw.age --passphrase @pass.txt --data-dir /var/lib/1claw',
  ]
  static override args = { file: required('File of the backup.') }
  static override flags = {
    ...UNLOCKING_FLAGS,
    'dry-run': Flags.boolean({ description: 'Read and check everything; write nothing.' }),
    'data-dir': DATA_DIR,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Restore)
    const { 'data-dir': dataDir, 'dry-run': dryRun } = flags
    const { restore } = await import('../server/backup/commands.ts')
    const found = await restore(
      dataDir === undefined ? {} : { dataDir },
      args.file,
      await unlockingOf(this.context, flags),
      dryRun,
    )
    const printer = this.printer(flags)
    printer.note(
      dryRun ? 'The backup is whole and can be restored here. Nothing was written.' : 'Restored. Start the server now.',
    )
    await printer.one(found, BACKUP)
  }
}
