import { Flags } from '@oclif/core'

const others = ['email', 'api-key']

/** Flags of `login` for an agent that somebody else vouches for. */
export const workloadFlags = {
  oidc: Flags.boolean({
    exclusive: [...others, 'client-cert'],
    description: 'Sign in as an agent by an OIDC token: of GitHub Actions, of ONECLAW_ID_TOKEN, or of the place that is named.',
  }),
  'agent-id': Flags.string({ helpValue: '<id>', exclusive: others, description: 'The agent to sign in as (ONECLAW_AGENT_ID).' }),
  'oidc-token': Flags.string({
    helpValue: '-|@file',
    dependsOn: ['oidc'],
    description: 'Read the OIDC token from stdin, or from a file that is read again when the login is renewed.',
  }),
  'from-env': Flags.string({
    helpValue: '<NAME>',
    dependsOn: ['oidc'],
    exclusive: ['oidc-token'],
    description: 'Take the OIDC token from this variable.',
  }),
  audience: Flags.string({
    helpValue: '<url>',
    dependsOn: ['oidc'],
    exclusive: ['oidc-token', 'from-env'],
    description: 'What GitHub is to make the token for: the public URL of the server (its API URL).',
  }),
  'client-cert': Flags.string({
    helpValue: '<file>',
    exclusive: others,
    description: 'Sign in as an agent by this client certificate (PEM).',
  }),
  'client-key': Flags.string({
    helpValue: '<file>',
    dependsOn: ['client-cert'],
    description: 'Its private key (PEM); in the file of the certificate otherwise.',
  }),
}
