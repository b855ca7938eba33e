import { SERVE, serve } from '../src/cli/fast-path/serve.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { type OclifFlags, oclifFlags } from '../src/cli/oclif/oclif-flags.ts'

export default class Serve extends ClawCommand {
  static override description =
    'Run the API server.\nConfigure it with environment variables (ONECLAW_DATABASE_URL, ONECLAW_KEYSTORE, ceilings such as ONECLAW_MAX_VAULTS, ONECLAW_DISK_RESERVE, …); see docs/operating.md. On SIGTERM, it finishes open requests and exits.'
  static override examples = [
    {
      command: '<%= config.bin %> <%= command.id %> --dev',
      description: 'Try the server on this machine, with a profile that is already signed in:',
    },
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --data-dir /var/lib/1claw',
  ]
  static override flags: OclifFlags<typeof SERVE.flags> = oclifFlags(SERVE.flags)

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    await serve(this.context, flags)
  }
}
