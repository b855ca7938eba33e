import type { Payer } from '../../client/payer.ts'
import type { Context } from '../context/context.ts'
import type { SignedIn } from '../session/signed-in.ts'
import type { PaymentFlags } from './payer.ts'

/** The payer of this run, loaded with the first request that must be paid; undefined without a wallet. */
export function lazyPayer(context: Context, flags: PaymentFlags, signedIn: (() => SignedIn) | undefined): Payer | undefined {
  const { ONECLAW_PAY_WITH: wallet, ONECLAW_MAX_PRICE: price } = context.env
  const given = [flags['pay-with'] ?? wallet, flags['max-price'] ?? price]
  if (given.every(each => each === undefined)) return undefined
  let payer: Promise<Payer | undefined> | undefined
  const load = () => {
    payer ??= import('./payer.ts').then(({ payerOf }) => payerOf(context, flags, signedIn))
    return payer
  }
  return {
    pay: async (request, refused) => (await load())?.pay(request, refused),
    answered: async (reply, tries) => (await load())?.answered(reply, tries) ?? false,
  }
}
