import { Flags } from '@oclif/core'

const others = ['email', 'api-key']

/** Flags of `login` for an agent whose identity another issuer proves. */
export const workloadFlags = {
  oidc: Flags.boolean({
    exclusive: [...others, 'client-cert'],
    description: 'Sign in as an agent with an OIDC token: from GitHub Actions, ONECLAW_ID_TOKEN, or the given source.',
  }),
  'agent-id': Flags.string({ helpValue: '<id>', exclusive: others, description: 'The agent to sign in as (ONECLAW_AGENT_ID).' }),
  'oidc-token': Flags.string({
    helpValue: '-|@file',
    dependsOn: ['oidc'],
    description: 'Read the OIDC token from stdin, or from a file that is read again at each renewal.',
  }),
  'from-env': Flags.string({
    helpValue: '<NAME>',
    dependsOn: ['oidc'],
    exclusive: ['oidc-token'],
    description: 'Read the OIDC token from this environment variable.',
  }),
  audience: Flags.string({
    helpValue: '<url>',
    dependsOn: ['oidc'],
    exclusive: ['oidc-token', 'from-env'],
    description: 'Audience of the GitHub token: the public URL of the server (default: its API URL).',
  }),
  'client-cert': Flags.string({
    helpValue: '<file>',
    exclusive: others,
    description: 'Sign in as an agent with this client certificate (PEM).',
  }),
  'client-key': Flags.string({
    helpValue: '<file>',
    dependsOn: ['client-cert'],
    description: 'Private key (PEM). By default it is read from the certificate file.',
  }),
}
