import { Flags } from '@oclif/core'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { passphraseInput, sharesIn } from '../../src/cli/keys/seal-input.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SERVER_SEAL } from '../../src/cli/output/views/seal.ts'
import { ensureUnreadable } from '../../src/cli/session/plain-http.ts'
import { openAnonymous } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class KeysUnseal extends ClawCommand {
  static override description = [
    'Unseal a server with its passphrase or its shares.',
    'No login is needed, only the passphrase or enough shares. The server accepts them from its own machine or over TLS. Shares can be given one at a time, from different machines; the server forgets them if no other share follows within ten minutes.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --passphrase @passphrase.txt',
    '<%= config.bin %> <%= command.id %> --share - < share-1.txt',
  ]
  static override flags = {
    passphrase: Flags.string({
      helpValue: '-|@file',
      exclusive: ['share'],
      description: 'Passphrase, read from stdin or a file (default: prompt).',
    }),
    share: Flags.string({
      helpValue: '-|@file',
      description: 'Share, or several separated by blanks, read from stdin or a file (default: prompt).',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysUnseal)
    const { client, target } = openAnonymous(this.context, flags)
    ensureUnreadable(target.apiUrl, this.context.env)
    const printer = this.printer(flags)
    const before = await client.call('seal.status')
    if (!before.sealed) return printer.done(`${target.apiUrl} is not sealed.`, before, SERVER_SEAL)
    const ask = this.canAsk(flags)
    if (before.kind === 'shares') {
      ensureNoOther(flags.passphrase, 'shares, not with a passphrase', '--share')
      const text = await secretInput(this.context, 'Share', { word: flags.share, ask, what: 'share' })
      let now = before
      for (const share of sharesIn(text)) {
        now = await client.call('seal.unseal', { body: { share } })
        if (!now.sealed) break
      }
      const given = `${now.given ?? 0} of ${now.threshold ?? 0} shares`
      return printer.done(now.sealed ? `${given} are given.` : `${target.apiUrl} is unsealed.`, now, SERVER_SEAL)
    }
    ensureNoOther(flags.share, 'a passphrase, not with shares', '--passphrase')
    const passphrase = await passphraseInput(this.context, 'Passphrase', flags.passphrase, ask)
    const now = await client.call('seal.unseal', { body: { passphrase } })
    await printer.done(`${target.apiUrl} is unsealed.`, now, SERVER_SEAL)
  }
}

function ensureNoOther(given: string | undefined, what: string, instead: string): void {
  if (given !== undefined) throw new Problem('usage', `This server is sealed with ${what}.`, { hint: `Use ${instead}.` })
}
