import { Flags } from '@oclif/core'
import { bodyOf } from '../src/cli/input/request-body.ts'
import { didYouMean } from '../src/cli/input/suggest.ts'
import { required } from '../src/cli/oclif/args.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { CLI_HINTS } from '../src/cli/session/hints.ts'
import { Problem, problemOfReply } from '../src/problem.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export default class Api extends ClawCommand {
  static override description =
    'Send a request to the API with your credentials and print the response.\nThe paths and fields are in the OpenAPI document, /openapi.json.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> GET /v1/vaults',
    '<%= config.bin %> <%= command.id %> POST /v1/vaults -f name=production -f description="The web shop"',
    '<%= config.bin %> <%= command.id %> PATCH /v1/agents/4f0c… --input change.json',
  ]
  static override args = { method: required('GET, POST, PUT, PATCH or DELETE.'), path: required('Path with its query: /v1/…') }
  static override flags = {
    field: Flags.string({
      char: 'f',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      exclusive: ['input'],
      description:
        'A field of the body. true, false, null, numbers and JSON keep their type. `key=@file` and `key=-` read the value.',
    }),
    'allow-argv': Flags.boolean({ description: 'Accept a secret as an argument, where other users can see it.' }),
    input: Flags.string({ helpValue: '<file>', description: 'File with the JSON body; `-` is stdin.' }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Api)
    const method = args.method.toUpperCase()
    if (!METHODS.includes(method)) {
      throw new Problem('usage', `The method must be one of ${METHODS.join(', ')}.`, {
        hint: didYouMean(method, METHODS, 'For example: `1claw api GET /v1/vaults`.'),
      })
    }
    const path = args.path.startsWith('/') ? args.path : `/${args.path}`
    const body = await bodyOf(this.context, flags.field, flags.input, flags['allow-argv'])
    const { client } = await this.session(flags)
    const reply = await client.raw({ method, path, ...(body !== undefined && { body }) })
    const answer = jsonOf(reply.body)
    if (reply.status >= 400) {
      throw problemOfReply(reply.status, typeof answer === 'object' && answer ? answer : {}, { hints: CLI_HINTS.problems })
    }
    if (answer === undefined) this.context.stdout.write(reply.body)
    else await this.printer(flags).data(answer)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
