import { RelocatingCommand } from '../../src/cli/secrets/relocating-command.ts'

export default class SecretsCopy extends RelocatingCommand {
  static override description =
    'Copy a secret with all its versions to another path or vault.\nThe server does it; you do not see the values. The copy has no shares.'

  protected override readonly operation = 'secrets.copy'
  protected override readonly done = 'Copied'
}
