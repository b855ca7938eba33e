import { SERVE, serve } from '../src/cli/fast-path/serve.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { type OclifFlags, oclifFlags } from '../src/cli/oclif/oclif-flags.ts'

export default class Serve extends ClawCommand {
  static override description =
    'Run the API server.\nIts settings are environment variables (ONECLAW_DATABASE_URL, ONECLAW_KEYSTORE, …); see the manual. SIGTERM drains and ends it.'
  static override examples = [
    {
      command: '<%= config.bin %> <%= command.id %> --dev',
      description: 'Try it out: a server on this machine, and you signed in to it:',
    },
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --data-dir /var/lib/1claw',
  ]
  static override flags: OclifFlags<typeof SERVE.flags> = oclifFlags(SERVE.flags)

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    await serve(this.context, flags)
  }
}
