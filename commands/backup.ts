import { Flags } from '@oclif/core'
import { BACKUP, DATA_DIR, namedFile, wordOf } from '../src/cli/backup/unlocking.ts'
import { passphraseInput } from '../src/cli/keys/seal-input.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { howMany } from '../src/cli/output/how-many.ts'
import { Problem } from '../src/problem.ts'

export default class Backup extends ClawCommand {
  static override description = [
    'Back up the database of a server to an encrypted file.',
    'Run this on the server itself, with the settings of `serve`; the server can stay in use. The file is in the age format, encrypted to a recipient or with a passphrase. It contains everything in the database: sealed values, accounts, policies and the audit log. It does not contain the keys: without root.key, or the HSM, nothing in it opens. Back the keys up separately, or include root.key with --with-keys. At the end the file is decrypted and compared with the database.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> -o 1claw.age --recipient age1…',
    '<%= config.bin %> <%= command.id %> -o 1claw.age --passphrase @pass.txt --with-keys',
  ]
  static override flags = {
    output: Flags.string({ char: 'o', required: true, helpValue: '<file>', description: 'File to write.' }),
    recipient: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<age1…>',
      description: 'age recipient to encrypt to. Repeatable.',
    }),
    passphrase: Flags.string({ helpValue: '-|@file', description: 'Passphrase to encrypt with, read from stdin or a file.' }),
    'passphrase-file': namedFile('passphrase'),
    'with-keys': Flags.boolean({ description: 'Include root.key. The file alone then opens everything.' }),
    'data-dir': DATA_DIR,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Backup)
    const { recipient, 'data-dir': dataDir } = flags
    const word = wordOf(flags.passphrase, flags['passphrase-file'])
    if ((recipient === undefined) === (word === undefined)) {
      throw new Problem('usage', 'A backup is encrypted to recipients or with a passphrase.', {
        hint: 'Add --recipient <age1…> or --passphrase @<file>.',
      })
    }
    const { backup } = await import('../server/backup/commands.ts')
    const sealing =
      word === undefined ? { recipients: recipient ?? [] } : { passphrase: await passphraseInput(this.context, '', word, false) }
    const printer = this.printer({ ...flags, output: undefined })
    const made = await backup(
      dataDir === undefined ? {} : { dataDir },
      { file: flags.output, sealing, withKeys: flags['with-keys'] },
      rows => printer.note(`${howMany(rows, 'row')}`),
    )
    const keys = flags['with-keys'] ? 'root.key is included.' : 'The keys are not included; back them up separately.'
    printer.note(`Backed up and verified. ${keys}`)
    if (made.unreadable > 0)
      printer.note(
        `${howMany(made.unreadable, 'version')} ${made.unreadable === 1 ? 'does not open under its key' : 'do not open under their keys'}.`,
      )
    await printer.one(made, BACKUP)
  }
}
