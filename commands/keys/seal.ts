import { Flags } from '@oclif/core'
import { DATA_DIR } from '../../src/cli/backup/unlocking.ts'
import { ensureServerPackages } from '../../src/cli/fast-path/server-packages.ts'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { newPassphrase, passphraseInput } from '../../src/cli/keys/seal-input.ts'
import { keepShares } from '../../src/cli/keys/shares.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { FILE_SEAL, type FileSeal, SERVER_SEAL } from '../../src/cli/output/views/seal.ts'
import { Problem } from '../../src/problem.ts'

const NEW = ['passphrase', 'shares', 'threshold', 'out-dir']

export default class KeysSeal extends ClawCommand {
  static override description = [
    'Seal the root key of a server with a passphrase or with shares.',
    'Run this on the server itself, with the settings of `serve`; the server can stay in use. Its next start then waits for `1claw keys unseal`. With --now, a server that is running forgets its keys at once; that requires a platform administrator.',
    'If you lose the passphrase, or too many shares, everything on the server is lost. Earlier copies of root.key are not sealed: keep one in a safe place, or destroy them.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --data-dir /var/lib/1claw',
    '<%= config.bin %> <%= command.id %> --shares 5 --threshold 3 --out-dir shares',
    '<%= config.bin %> <%= command.id %> --change --current @old.txt --passphrase @new.txt',
    '<%= config.bin %> <%= command.id %> --now',
  ]
  static override flags = {
    passphrase: Flags.string({
      helpValue: '-|@file',
      exclusive: ['shares'],
      description: 'New passphrase, read from stdin or a file (default: prompt).',
    }),
    shares: Flags.integer({
      min: 2,
      max: 16,
      helpValue: '<n>',
      dependsOn: ['threshold'],
      description: 'Split the sealing key into this many shares.',
    }),
    threshold: Flags.integer({
      min: 2,
      max: 16,
      helpValue: '<n>',
      dependsOn: ['shares'],
      description: 'Number of shares that open it.',
    }),
    'out-dir': Flags.string({
      helpValue: '<folder>',
      dependsOn: ['shares'],
      description: 'Write each share to a file of its own (mode 0600) instead of printing them.',
    }),
    change: Flags.boolean({ description: 'Replace the current passphrase or shares.' }),
    remove: Flags.boolean({ exclusive: ['change', 'now', ...NEW], description: 'Remove the seal.' }),
    current: Flags.string({
      helpValue: '-|@file',
      description: 'With --change or --remove: the current passphrase or shares, read from stdin or a file (default: prompt).',
    }),
    now: Flags.boolean({
      exclusive: ['change', 'current', 'data-dir', ...NEW],
      description: 'Seal the running server. Its root key must be sealed with a passphrase or shares.',
    }),
    'data-dir': DATA_DIR,
    yes: Flags.boolean({ char: 'y', description: 'Do not ask for confirmation.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysSeal)
    const printer = this.printer(flags)
    if (flags.now) {
      const { client, target } = await this.session(flags)
      await this.confirm(flags, `Seal ${target.apiUrl}? It serves no requests until someone unseals it.`)
      const sealed = await client.call('seal.seal')
      return printer.done(`${target.apiUrl} is sealed. Unseal it with \`1claw keys unseal\`.`, sealed, SERVER_SEAL)
    }
    if (flags.passphrase === '-' && flags.current === '-')
      throw new Problem('usage', 'Only one of --passphrase and --current can be read from stdin.', {
        hint: 'Use a file for the other.',
      })
    // Only Argon2 of the server's packages is needed here.
    ensureServerPackages({ ...this.context.env, ONECLAW_DATABASE_URL: 'unused', ONECLAW_KEYSTORE: 'software' })
    const dataDir = flags['data-dir']
    const { openLocalSeal } = await import('../../server/start/local-seal.ts')
    const local = await openLocalSeal(dataDir === undefined ? {} : { dataDir })
    const { kind } = local.seal
    this.ensureMeant(flags, kind, local.file)
    const ask = this.canAsk(flags)
    const current = await this.current(kind, flags.current, ask)
    if (flags.remove) {
      const { file, ...rest } = await local.remove(current)
      this.remark(rest.other_names, printer.note)
      return printer.done(`${file} is no longer sealed: anyone who can read it has the keys.`, { file, ...rest }, FILE_SEAL)
    }
    const { shares, threshold } = flags
    const printed = printer.format === 'json' && shares !== undefined && flags['out-dir'] === undefined
    // Called before anything is sealed with the shares.
    const keep = async (texts: readonly string[]) => {
      const { file } = local
      if (!printed) return keepShares(this.context, texts, threshold ?? 0, flags['out-dir'], ask && !flags.yes)
      await printer.one({ file, kind: 'shares', shares, threshold, other_names: 0, share_texts: texts }, FILE_SEAL)
    }
    const sealed: FileSeal =
      shares !== undefined && threshold !== undefined
        ? await local.sealWithShares(current, { shares, threshold }, keep)
        : await local.sealWithPassphrase(current, await newPassphrase(this.context, flags.passphrase, ask))
    this.remark(sealed.other_names, printer.note)
    printer.note(
      'A running server stays open until its next start, or `1claw keys seal --now`. Then it waits for `1claw keys unseal`.',
    )
    const by = sealed.kind === 'shares' ? `${threshold} of ${shares} shares` : 'a passphrase'
    if (!printed) await printer.done(`${sealed.file} is sealed with ${by}.`, sealed, FILE_SEAL)
  }

  private ensureMeant(flags: { change: boolean; remove: boolean }, kind: FileSeal['kind'], file: string): void {
    if (kind !== 'none' && !flags.change && !flags.remove) {
      throw new Problem('resource.conflict', `${file} is already sealed.`, {
        hint: 'Replace the passphrase or shares with --change, remove the seal with --remove, or seal the running server with --now.',
      })
    }
    if (kind === 'none' && (flags.change || flags.remove)) {
      throw new Problem('resource.conflict', `${file} is not sealed.`, { hint: 'Seal it with `1claw keys seal`.' })
    }
  }

  private async current(kind: FileSeal['kind'], word: string | undefined, ask: boolean) {
    if (kind === 'none') {
      if (word !== undefined) throw new Problem('usage', '--current belongs to --change and --remove: nothing is sealed yet.')
      return {}
    }
    if (kind === 'passphrase') return { passphrase: await passphraseInput(this.context, 'Current passphrase', word, ask) }
    const question = 'Current shares, separated by blanks'
    return { shares: await secretInput(this.context, question, { word, ask, what: 'share' }) }
  }

  private remark(otherNames: number, note: (text: string) => void): void {
    if (otherNames === 0) return
    note(`warning: the old file has ${howMany(otherNames, 'other name')} (hard links), and is unchanged there.`)
  }
}
