import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'

export type DeviceCode = Reply<'device.code'>
export interface DeviceToken {
  readonly token: string
  readonly expiresIn: number
  readonly facts: {
    readonly email?: string | undefined
    readonly user_id?: string | undefined
    readonly org_id?: string | undefined
  }
}

/** Final results. */
const FINAL: readonly string[] = ['cancelled', 'request.invalid', 'auth.locked']
/** An unreachable server is polled at most this much more slowly: 2 to this power. */
const MOST_DOUBLINGS = 3
/** The last poll is this long before the code expires. */
const LAST_LOOK_MS = 1000

/** The program's name on the approval page. */
const CLIENT_ID = '1claw-cli'

/** Starts a device login (RFC 8628 §3.1); with an e-mail address only that account can approve it. */
export function beginDevice(client: Client, email?: string): Promise<DeviceCode> {
  return client.call('device.code', { body: { client_id: CLIENT_ID, ...(email !== undefined && { email }) } })
}

/**
 * Waits until the person has approved (RFC 8628 §3.4, §3.5). Throws `human.refused` for a no, `human.waiting` when the code expired first.
 * An unreachable server is polled ever more slowly.
 */
export async function awaitDevice(
  client: Client,
  context: Pick<Context, 'sleep' | 'now'>,
  code: DeviceCode,
): Promise<DeviceToken> {
  const deadline = context.now() + code.expires_in * 1000
  let intervalMs = Math.max(1, code.interval) * 1000
  let unanswered = 0
  for (;;) {
    const left = deadline - context.now()
    if (left <= 0) break
    await context.sleep(
      Math.min(intervalMs * 2 ** Math.min(unanswered, MOST_DOUBLINGS), Math.max(left - LAST_LOOK_MS, LAST_LOOK_MS)),
    )
    const answer = await poll(client, code.device_code)
    unanswered = answer === 'no answer' ? unanswered + 1 : 0
    if (answer === 'no answer') continue
    if (answer.error === 'slow_down') intervalMs += 5000
    else if (answer.error !== 'authorization_pending') return tokenOf(answer)
  }
  throw tooLate()
}

/** The token of an approved code. */
export async function redeemDevice(client: Client, { device_code }: DeviceCode): Promise<DeviceToken> {
  const answer = await poll(client, device_code)
  if (answer === 'no answer') throw new Problem('server.unreachable')
  return tokenOf(answer)
}

async function poll(client: Client, deviceCode: string): Promise<Reply<'device.token'> | 'no answer'> {
  try {
    const body = { device_code: deviceCode, grant_type: 'urn:ietf:params:oauth:grant-type:device_code' }
    return await client.call('device.token', { body })
  } catch (error) {
    // Only the server's reply about the code ends the wait; a page of some proxy does not.
    if (error instanceof Problem && !FINAL.includes(error.code)) return 'no answer'
    throw error
  }
}

function tokenOf(answer: Reply<'device.token'>): DeviceToken {
  const { access_token: token, expires_in: expiresIn = 0, error, email, user_id, org_id } = answer
  if (token !== undefined) return { token, expiresIn, facts: { email, user_id, org_id } }
  if (error === 'access_denied') throw new Problem('human.refused', 'A person denied the login in the browser.')
  if (error === 'expired_token') throw tooLate()
  throw new Problem('server.unexpected', 'The server sent an unknown response to the login.')
}

function tooLate(): Problem {
  return new Problem('human.waiting', 'The code expired before anyone approved the login.', { hint: 'Run `1claw login` again.' })
}
