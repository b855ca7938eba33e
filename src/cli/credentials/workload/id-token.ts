/** Tokens of an OIDC issuer for a job: where CI systems provide them. */
import { Problem } from '../../../problem.ts'
import { fs } from '../../context/builtins.ts'
import type { Context } from '../../context/context.ts'
import type { Proof } from '../../context/proof.ts'

type TokenProof = Exclude<Proof, { by: 'certificate' }>

/** The default name of the token in GitLab's `id_tokens`. */
export const DEFAULT_VARIABLE = 'ONECLAW_ID_TOKEN'

/**
 * The source of this job's token, without a flag.
 * @throws Problem `auth.required` that says how a job gets one
 */
export function proofOfJob({ env }: Pick<Context, 'env'>, audience: string): TokenProof {
  if (env[DEFAULT_VARIABLE]) return { by: 'variable', name: DEFAULT_VARIABLE }
  if (requestOf(env)) return { by: 'github', audience }
  throw new Problem('auth.required', 'There is no OIDC token in this environment.', { hint: hintFor(env, audience) })
}

/**
 * The issuer's current token.
 * @throws Problem `auth.required` without a token
 */
export async function idToken(context: Context, proof: TokenProof): Promise<string> {
  if (proof.by === 'github') return fromGithub(context, proof.audience)
  const text = proof.by === 'variable' ? context.env[proof.name] : contentOf(proof.path)
  if (text?.trim()) return text.trim()
  const place = proof.by === 'variable' ? `The variable ${proof.name}` : `The file ${proof.path}`
  throw new Problem('auth.required', `${place} has no OIDC token, which is needed to sign in again.`)
}

/** https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token */
async function fromGithub(context: Context, audience: string): Promise<string> {
  const request = requestOf(context.env)
  if (!request) {
    throw new Problem('auth.required', 'The login has expired, and only a job of GitHub Actions can renew it.', {
      hint: hintFor(context.env, audience),
    })
  }
  const url = new URL(request.url)
  url.searchParams.set('audience', audience)
  const github = context.connect({ baseUrl: url.origin })
  const path = url.pathname + url.search
  const reply = await github.raw({ method: 'GET', path, headers: { authorization: `Bearer ${request.token}` } })
  await github.close()
  const value = reply.status === 200 ? tokenIn(reply.body) : undefined
  if (value === undefined) {
    throw new Problem('auth.required', `GitHub gave this job no OIDC token (it answered ${reply.status}).`, {
      hint: hintFor(context.env, audience),
    })
  }
  await hide(context, value)
  return value
}

/** GitHub's runner only masks the job's own secrets: a token made in the job must be announced, or a log could show it. */
async function hide({ stderr }: Context, token: string): Promise<void> {
  // Only GitHub gives this token, whatever else the environment says.
  stderr.write((await import('../../context/ci-masks.ts')).maskCommands({ GITHUB_ACTIONS: 'true' }, [token]))
}

function requestOf(env: Context['env']): { url: string; token: string } | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env
  return url && token && URL.canParse(url) ? { url, token } : undefined
}

function hintFor(env: Context['env'], audience: string): string {
  if (env['GITHUB_ACTIONS'] === 'true') return 'Give the job `permissions: {id-token: write}`.'
  if (env['GITLAB_CI'] === 'true') return `Give the job \`id_tokens: {${DEFAULT_VARIABLE}: {aud: ${audience}}}\`.`
  return 'Name one with --oidc-token @file (- for stdin) or --from-env NAME.'
}

/** Who a token says it is about and for; nothing here is secret, and nothing is verified. */
export function claimsOf(token: string): string {
  const claims = parsed(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const said = ['iss', 'aud', 'sub', 'azp', 'client_id', 'exp'].flatMap(name => {
    return claims?.[name] === undefined ? [] : [`${name}=${JSON.stringify(claims[name])}`]
  })
  return said.length > 0 ? said.join(' ') : 'no claims: it is not a JWT'
}

function tokenIn(body: string): string | undefined {
  const value = parsed(body)?.['value']
  return typeof value === 'string' && value !== '' ? value : undefined
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function contentOf(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
