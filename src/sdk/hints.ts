import type { Hints } from '../client/hints.ts'

/** The client's hints for people who write programs: they name options of `createClient` and methods of the client. */
export const SDK_HINTS: Hints = {
  unreachable: 'Is the server running? Check baseUrl.',
  untrusted: 'Its certificate is not trusted: set the file of its CA in NODE_EXTRA_CA_CERTS.',
  timeout: 'Allow more time with timeoutMs.',
  foreign: 'Is that a 1claw server? Check baseUrl.',
  redirected: origin => (origin ? `If that is your server, set baseUrl to ${origin}` : 'Check baseUrl.'),
  problems: {
    'payment.required':
      'See what is used with billing.subscription(); buy credits with billing.topup(), or pay for single requests with the option payer.',
    'resource.ceiling': 'Delete what you no longer need, or ask the operator of the server to raise the limit.',
    'resource.limit': 'See what is used with billing.subscription(); choose a larger plan with billing.subscribe().',
    'server.sealed': 'Run `1claw keys unseal` on the server, or wait until its operator does.',
  },
}
