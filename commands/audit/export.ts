import { Flags } from '@oclif/core'
import { trailText, writeTrail } from '../../src/cli/audit/export-file.ts'
import { counted } from '../../src/cli/audit/progress.ts'
import { trailPages, trailProof } from '../../src/cli/audit/trail.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'

export default class AuditExport extends ClawCommand {
  static override description =
    'Write the whole audit trail into one JSON file, with the signed checkpoints and the public key.\n`audit verify --file` checks it offline, and `audit verify --against` holds a later trail to it.'
  static override examples = ['<%= config.bin %> <%= command.id %> --out-file trail.json']
  static override flags = {
    'out-file': Flags.string({
      helpValue: '<file>',
      description: 'Write to this file, that only you can read; otherwise to stdout.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditExport)
    const { client } = await this.session(flags)
    const { stdout, stderr } = this.context
    const proof = await trailProof(client)
    const pages = counted(trailPages(client, proof.until), proof.until, flags.quiet ? undefined : stderr)
    const text = trailText(proof, pages, new Date(this.context.now()).toISOString())
    const file = flags['out-file']
    if (file === undefined) for await (const piece of text) stdout.write(piece)
    else {
      await writeTrail(file, text)
      this.printer(flags).note(`Wrote ${proof.until} events to ${file}.`)
    }
  }
}
