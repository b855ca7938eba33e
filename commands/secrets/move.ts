import { RelocatingCommand } from '../../src/cli/secrets/relocating-command.ts'

export default class SecretsMove extends RelocatingCommand {
  static override description =
    'Move a secret with all its versions to another path or vault.\nThe server does it; you do not see the values. Within a vault its shares stay. In another vault it is a new secret: nothing stays of the old one, its shares end and its path is free. To undo a move, move the secret back.'

  protected override readonly operation = 'secrets.move'
  protected override readonly done = 'Moved'
}
