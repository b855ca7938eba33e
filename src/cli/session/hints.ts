import type { Hints } from '../../client/hints.ts'

/** The client's hints for people at the command line. */
export const CLI_HINTS: Hints = {
  unreachable: 'Start a server with `1claw serve`, or check --api-url.',
  untrusted: 'Its certificate is not trusted: set the file of its CA in ONECLAW_CA_CERT or NODE_EXTRA_CA_CERTS.',
  timeout: 'Allow more time with --timeout.',
  foreign: 'Is that a 1claw server? Check --api-url.',
  redirected: origin => (origin ? `If that is your server: --api-url ${origin}` : 'Check --api-url.'),
  problems: {
    'payment.required':
      'See what is used with `1claw billing status`; buy credits with `1claw billing topup`, or pay for single requests with --pay-with and --max-price.',
    'resource.ceiling': 'Delete what you no longer need, or ask the operator of the server to raise the limit.',
    'resource.limit': 'See what is used with `1claw billing status`; choose a larger plan with `1claw billing subscribe`.',
    'server.sealed': 'Run `1claw keys unseal` on the server, or wait until its operator does.',
  },
}
