import { Flags } from '@oclif/core'
import { byFit } from '../src/cli/input/find.ts'
import { vaultIdOf } from '../src/cli/input/vault.ts'
import { FOUND_KINDS } from '../src/cli/input/vocabulary.ts'
import { required } from '../src/cli/oclif/args.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { FOUND } from '../src/cli/output/views/resources.ts'

export default class Find extends ClawCommand {
  static override description =
    'Find secrets, vaults, agents, people and policies by name, in all vaults.\nParts of words are enough, in any order, and one typo per word is tolerated. The best match comes first.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> webhook',
    "<%= config.bin %> <%= command.id %> 'stripe key' --kind secret --output name",
  ]
  static override args = { text: required('Words, or parts of words. Quote them if there are several.') }
  static override flags = {
    kind: Flags.option({
      options: FOUND_KINDS,
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      description: 'Only results of these kinds.',
    })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Find)
    const { client } = await this.session(flags)
    const within = flags.vault === undefined ? undefined : await vaultIdOf(client, flags.vault)
    const { results } = await client.call('search.find', {
      query: { q: args.text, ...(flags.kind && { kinds: flags.kind.join(',') }) },
    })
    const found = byFit(args.text, results).filter(({ vault_id }) => within === undefined || vault_id === within)
    await this.printer(flags).list(found, FOUND, `Nothing that you can list matches ${JSON.stringify(args.text)}.`)
  }
}
