import { Flags } from '@oclif/core'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { expiryFlags, expiryOf } from '../../src/cli/input/expiry.ts'
import { metadataOf } from '../../src/cli/input/metadata.ts'
import { secretInput } from '../../src/cli/input/secret-input.ts'
import { SECRET_TYPES } from '../../src/cli/input/vocabulary.ts'
import { optional, required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { assignments } from '../../src/cli/secrets/assignments.ts'

export default class SecretsSet extends ClawCommand {
  static override description = [
    'Write a new version of a secret, or of several.',
    'The value comes from stdin (byte for byte), from a file (@file), or from a hidden prompt. To write several, use path=@file, path=- for stdin, or path= for a prompt; nothing is written unless every value is available.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password',
    'pg_dump --schema-only shop | <%= config.bin %> <%= command.id %> prod/schema',
    '<%= config.bin %> <%= command.id %> prod/tls/key @server.key --type private_key --expires-in 90d',
    '<%= config.bin %> <%= command.id %> prod/session-secret --generate',
    'cat password | <%= config.bin %> <%= command.id %> prod/tls/key=@server.key prod/db/password=-',
  ]
  static override usage = ['<%= command.id %> PATH [-|@FILE] [flags]', '<%= command.id %> PATH=@FILE PATH=- PATH= [flags]']
  static override strict = false
  static override args = {
    path: required('Path of the secret.'),
    value: optional('`-` for stdin, `@file` for a file; the value itself only with --allow-argv.'),
  }
  static override flags = {
    trim: Flags.boolean({ description: 'Trim whitespace from both ends of the value.' }),
    'from-env': Flags.string({ helpValue: '<name>', description: 'Use the value of this environment variable.' }),
    generate: Flags.boolean({ description: 'Generate a random value (256 bits, 43 characters).' }),
    editor: Flags.boolean({ description: 'Write the value in $VISUAL or $EDITOR.' }),
    'allow-argv': Flags.boolean({ description: 'Accept the value as an argument, where other users can see it.' }),
    type: Flags.option({ options: SECRET_TYPES, description: 'Type of the value (default: unchanged).' })(),
    ...expiryFlags,
    ...oclifFlags(CMEK_FLAGS),
    'max-access-count': Flags.integer({ min: 0, helpValue: '<n>', description: 'Maximum number of reads. 0 means unlimited.' }),
    metadata: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      description: 'Metadata to store with the secret. Repeatable.',
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SecretsSet)
    const given = assignments(argv.map(String), this.context.stdin.isTTY)
    const expiry = expiryOf(flags)
    const metadata = metadataOf(flags.metadata)
    const { client, vaultId } = await this.session(flags)
    const sources = {
      allowArgv: flags['allow-argv'],
      fromEnv: flags['from-env'],
      generate: flags.generate,
      editor: flags.editor,
      trim: flags.trim,
      ask: this.canAsk(flags),
    }
    const values: { path: string; value: string }[] = []
    for (const { path, word } of given) {
      values.push({ path, value: await secretInput(this.context, `Value of ${path}`, { ...sources, word }) })
    }
    const end = await expiry(client, this.context.now())
    const limit = flags['max-access-count']
    const vault_id = await vaultId()
    const printer = this.printer(flags)
    for (const { path, value } of values) {
      const secret = await client.call('secrets.put', {
        params: { vault_id, path },
        body: {
          value,
          ...end,
          ...metadata,
          ...(flags.type && { type: flags.type }),
          ...(limit !== undefined && { max_access_count: limit }),
        },
      })
      await printer.done(`Wrote ${secret.path} (version ${secret.version}).`, secret, SECRET)
    }
  }
}
