import { Flags } from '@oclif/core'
import { trailText, writeTrail } from '../../src/cli/audit/export-file.ts'
import { counted } from '../../src/cli/audit/progress.ts'
import { trailPages, trailProof } from '../../src/cli/audit/trail.ts'
import { outFileOf } from '../../src/cli/context/private-file.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { howMany } from '../../src/cli/output/how-many.ts'

export default class AuditExport extends ClawCommand {
  static override description =
    'Export the whole audit trail as JSON, with the signed checkpoints and the public key.\n`audit verify --file` checks it offline. `audit verify --against` compares a later trail with it.'
  static override examples = ['<%= config.bin %> <%= command.id %> --out-file trail.json']
  static override flags = {
    'out-file': Flags.string({
      helpValue: '<file>',
      description: 'Write to this file, readable only by you (default: stdout, or -).',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AuditExport)
    const { client } = await this.session(flags)
    const { stdout, stderr } = this.context
    const proof = await trailProof(client)
    const before = proof.cut?.seq ?? 0
    const pages = counted(trailPages(client, proof.until, before), proof.until - before, flags.quiet ? undefined : stderr)
    const text = trailText(proof, pages, new Date(this.context.now()).toISOString())
    const file = outFileOf(flags)
    if (file === undefined) for await (const piece of text) stdout.write(piece)
    else {
      await writeTrail(file, text)
      const events = proof.until - before
      await this.printer(flags).did(`Wrote ${howMany(events, 'event')} to ${file}.`, { file, events })
    }
  }
}
