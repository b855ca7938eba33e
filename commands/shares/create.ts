import { Flags } from '@oclif/core'
import { conditionFlags } from '../../src/cli/input/conditions.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { recipientFlags, recipientOf } from '../../src/cli/input/share-recipient.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SHARE_MADE } from '../../src/cli/output/views/shares.ts'
import { Problem } from '../../src/problem.ts'

const DEFAULT_LIFETIME = '7d'

export default class SharesCreate extends ClawCommand {
  static override description =
    'Share a secret and print the link.\nThe recipient gets the newest version until the share ends. Recipients must accept the share first, except with --link.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password --link --max-opens 1 --expires-in 1h --qr',
    '<%= config.bin %> <%= command.id %> prod/db/password --email ops@example.com',
    '<%= config.bin %> <%= command.id %> prod/db/password --link --passphrase - < passphrase.txt',
    '<%= config.bin %> <%= command.id %> reports/key --creator',
  ]
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    ...recipientFlags,
    ...expiryFlags,
    'max-opens': Flags.integer({
      min: 1,
      max: 2147483647,
      helpValue: '<n>',
      description: 'Maximum number of times it can be opened.',
    }),
    passphrase: Flags.string({ helpValue: '-|@file', description: 'Require a passphrase, read from stdin or a file.' }),
    ip: conditionFlags.ip,
    qr: Flags.boolean({ description: 'Also show the link as a QR code on stderr.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SharesCreate)
    const expiry = expiryOf(flags, DEFAULT_LIFETIME)
    const word = flags.passphrase
    const passphrase =
      word === undefined
        ? undefined
        : await secretInput(this.context, 'Passphrase', { word, trim: true, ask: this.canAsk(flags) })
    const { client, vaultId } = await this.session(flags)
    const recipient = await recipientOf(client, flags)
    const vault_id = await vaultId()
    const { versions } = await client.call('secrets.versions', { params: { vault_id, path: args.path } })
    const [newest] = versions
    if (!newest) throw new Problem('resource.unknown', `There is no secret ${args.path}.`)
    const end = await expiry(client, this.context.now())
    const share = await client.call('shares.create', {
      params: { secret_id: newest.id },
      body: {
        ...recipient,
        expires_at: end.expires_at ?? '',
        ...(flags['max-opens'] !== undefined && { max_access_count: flags['max-opens'] }),
        ...(passphrase !== undefined && { passphrase }),
        ...(flags.ip && { ip_allowlist: flags.ip }),
      },
    })
    const printer = this.printer(flags)
    if (flags.qr) this.context.stderr.write(`${(await import('uqr')).renderUnicodeCompact(share.share_url)}\n`)
    if (printer.format !== 'table') return printer.one(share, SHARE_MADE)
    printer.note(`Shared ${args.path} until ${share.expires_at}:`)
    this.context.stdout.write(`${share.share_url}\n`)
    const { cmek_enabled } = await client.call('vaults.get', { params: { vault_id } })
    if (cmek_enabled)
      printer.note(
        'This vault has a customer key: the recipient needs it, too (`1claw shares open --cmek-key-file <file>`). Hand it over in another way.',
      )
  }
}
