import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { handOver } from '../../src/cli/output/one-time.ts'
import { linesOfStdin } from '../../src/cli/people/credentials.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { Problem } from '../../src/problem.ts'

export default class MfaEnable extends ClawCommand {
  static override description =
    'Turn on a second factor: scan the QR code with an authenticator, then type its first code.\nPrints eight recovery codes, once. Each signs you in once if you lose the authenticator. Without a terminal, the code is read from stdin.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --out-file recovery-codes.txt',
  ]
  static override flags = { 'out-file': outFileFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(MfaEnable)
    const { client } = await this.session(flags)
    const { otpauth_uri: uri, secret } = await client.call('mfa.setup')
    const { stderr } = this.context
    if (stderr.isTTY) stderr.write(`${await qrCode(uri)}\n`)
    stderr.write(`${stderr.isTTY ? 'Scan this with your authenticator' : uri}, or type its key: ${secret}\n`)
    const answer = await this.confirmed(client, this.canAsk(flags))
    await handOver(this.context, flags, { what: 'recovery codes', secret: answer.recovery_codes.join('\n'), answer })
  }

  /** Asks again after a mistyped code; a lock or any other failure is thrown. */
  private async confirmed(client: Session['client'], ask: boolean) {
    const verify = (code: string) => client.call('mfa.verify-setup', { body: { code } })
    if (!ask) return verify((await linesOfStdin(this.context, 'the first code'))[0] ?? '')
    for (;;) {
      const code = await this.context.prompts.text('Code from the authenticator')
      try {
        return await verify(code)
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'request.invalid' && error.extras.fields?.['code'])) throw error
        this.context.stderr.write('That code is wrong.\n')
      }
    }
  }
}

/** Sets both colours: dark modules drawn as spaces cannot be scanned on a dark terminal. */
async function qrCode(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  const lines = renderUnicodeCompact(text, { border: 2 }).split('\n')
  return lines.map(line => `\u001b[30;107m${line}\u001b[0m`).join('\n')
}
