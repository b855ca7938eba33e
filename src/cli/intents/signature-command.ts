import type { Input } from '../../client/client.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import { ClawCommand } from '../oclif/command.ts'
import type { AnswerFlags } from '../output/printer.ts'
import type { SessionFlags } from '../session/session.ts'
import { idempotencyHeader } from './intent-flags.ts'
import { confirmSignature, type Review, SIGNATURE } from './messages.ts'
import { keyVaultId, signerId } from './subject.ts'

type SignatureFlags = SessionFlags &
  AnswerFlags &
  Pick<GlobalFlags, 'no-input' | 'vault'> & {
    readonly chain: string
    readonly key?: string | undefined
    readonly agent?: string | undefined
    readonly yes?: boolean | undefined
    readonly 'idempotency-key'?: string | undefined
  }

/** The shared part of commands that sign something other than a transaction: the prompt, the call, and its output. */
export abstract class SignatureCommand extends ClawCommand {
  protected async sign(
    flags: SignatureFlags,
    intent: Pick<Input<'intents.sign-message'>['body'], 'intent_type' | 'message' | 'typed_data'>,
    shown: Pick<Review, 'title' | 'facts'>,
    view: () => Promise<(review: Review) => string>,
  ): Promise<void> {
    const session = await this.session(flags)
    const params = { agent_id: await signerId(session, flags.agent) }
    const vault_id = await keyVaultId(session, flags.vault)
    if (this.canAsk(flags) && !flags.yes) await confirmSignature(this.context, shown, view)
    const body = {
      ...intent,
      chain: flags.chain,
      ...(flags.key !== undefined && { signing_key_path: flags.key }),
      ...(vault_id !== undefined && { vault_id }),
    }
    const header = idempotencyHeader(flags['idempotency-key'])
    const signed = await session.client.call('intents.sign-message', { params, body }, header)
    const printer = this.printer(flags)
    if (printer.format === 'plain') this.context.stdout.write(`${signed.signature}\n`)
    else await printer.one(signed, SIGNATURE)
  }
}
