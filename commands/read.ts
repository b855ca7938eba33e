import { Args } from '@oclif/core'
import { READ, read } from '../src/cli/fast-path/read.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { type OclifFlags, oclifFlags } from '../src/cli/oclif/oclif-flags.ts'

export default class Read extends ClawCommand {
  static override description = [
    'Print the value that a reference names.',
    'A reference is 1claw://vault/path, each part percent-encoded, with ?version=, &field= and &encoding= where needed; a path alone is of the selected vault.',
    'A field is a key of a JSON object (a dot leads into inner objects), a variable of an env_bundle, or a part of a PEM file: certificate, chain, fullchain, private_key, public_key.',
    'Prints the exact bytes. Adds a newline only on a terminal.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1claw://prod/db/password',
    "<%= config.bin %> <%= command.id %> '1claw://prod/db?field=password&version=3'",
    "<%= config.bin %> <%= command.id %> '1claw://prod/tls?field=private_key' --out-file tls.key",
    '<%= config.bin %> <%= command.id %> 1claw://prod/keystore --encoding base64-decode --out-file app.jks',
  ]
  static override args = {
    reference: Args.string({ required: true, ignoreStdin: true, description: 'Reference, or path of the secret.' }),
  }
  static override flags: OclifFlags<typeof READ.flags> = oclifFlags(READ.flags)

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Read)
    await read(this.context, args.reference, flags)
  }
}
