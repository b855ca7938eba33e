import { Flags } from '@oclif/core'
import { maskCommands } from '../../src/cli/context/ci-masks.ts'
import { outFileOf, replaceFile } from '../../src/cli/context/private-file.ts'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { passphraseHeader, shareIdOf } from '../../src/cli/input/share-reference.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags, outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { OPENED_SHARE } from '../../src/cli/output/views/shares.ts'
import { openAnonymous, openSession } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class SharesOpen extends ClawCommand {
  static override description =
    'Print the value of a secret that is shared with you.\nThis counts towards the limit of openings, if there is one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://claw.example.com/v1/share/7c6cbd6c-…',
    '<%= config.bin %> <%= command.id %> 7c6cbd6c-… --out-file tls.key',
    '<%= config.bin %> <%= command.id %> 7c6cbd6c-… --passphrase @passphrase.txt',
  ]
  static override args = { share: required('Link or id.') }
  static override flags = {
    passphrase: Flags.string({
      helpValue: '-|@file',
      description: 'Passphrase, read from stdin or a file (default: prompt).',
    }),
    ...oclifFlags(CMEK_FLAGS),
    'out-file': outFileFlag,
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SharesOpen)
    const { client, target } = await openSession(this.context, flags).catch(problem => {
      // A share that anyone with the link can open needs no account.
      if (problem instanceof Problem && problem.code === 'auth.required') return openAnonymous(this.context, flags)
      throw problem
    })
    const params = { share_id: shareIdOf(args.share, target.apiUrl) }
    const { has_passphrase } = await client.call('shares.describe', { params })
    const headers = has_passphrase ? passphraseHeader(await this.passphrase(flags)) : {}
    const opened = await client.call('shares.open', { params }, { headers })
    this.context.stderr.write(maskCommands(this.context.env, [opened.value]))
    const file = outFileOf(flags)
    const printer = this.printer(flags)
    if (file !== undefined) {
      this.writeOrPrint(file, opened.value)
      return printer.note(`Wrote ${opened.path} to ${file}.`)
    }
    if (printer.format !== 'table' && printer.format !== 'plain') return printer.one(opened, OPENED_SHARE)
    const { stdout } = this.context
    stdout.write(stdout.isTTY && !opened.value.endsWith('\n') ? `${opened.value}\n` : opened.value)
  }

  private passphrase(flags: { passphrase?: string | undefined; 'no-input': boolean }): Promise<string> {
    const { passphrase: word } = flags
    return secretInput(this.context, 'Passphrase of the share', { word, trim: true, ask: this.canAsk(flags) })
  }

  /** Prints the value if the file cannot be written: this may have been the last time that the share can be opened. */
  private writeOrPrint(file: string, value: string): void {
    try {
      replaceFile(file, value)
    } catch (error) {
      this.context.stdout.write(value)
      throw error
    }
  }
}
