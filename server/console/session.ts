import { useEffect, useState } from 'react'
import type { Client } from '../../src/client/client.ts'
import type { Contract } from '../../src/contract/all.ts'
import { problemOf } from './failure.ts'

export type Account = Contract['account.me']['reply']

/** A client of the API: with a token it calls as the person who holds it, without one as anybody. */
export type Connect = (token?: string) => Client

export interface SignedIn {
  readonly account: Account
  readonly client: Client
}

interface Held extends SignedIn {
  /** When the token dies, in milliseconds since the epoch. */
  readonly until: number
}

export interface Session {
  /** `null` while nobody is signed in. */
  readonly current: SignedIn | null
  /** What the sign-in form must say first: why a session ended. */
  readonly notice: string | null
  /** Throws the `Problem` of a refused sign-in. */
  signIn(credentials: Contract['auth.token']['body']): Promise<void>
  /** Throws the `Problem` of a refused sign-up. */
  signUp(person: Contract['auth.signup']['body']): Promise<void>
  /** Forgets the token at once and has the server revoke it. */
  signOut(): Promise<void>
  /** The server no longer takes the token. */
  expire(): void
}

const EXPIRED = 'Your session has ended. Sign in again to continue.'
const SECOND_FACTOR =
  'This account has a second factor, which is asked for in a terminal only: run 1claw login --email with your address.'
const NOT_REVOKED =
  'You are signed out here, but the server could not be told. The session ends there by itself within 15 minutes.'

/** The session of this document. The token is in memory only: it is gone with the tab, a reload, or a sign-out. */
export function useSession(connect: Connect): Session {
  const [held, hold] = useState<Held | null>(null)
  const [notice, setNotice] = useState<string | null>(null)

  const end = (why: string | null) => {
    hold(null)
    setNotice(why)
  }

  const begin = async (reply: {
    access_token?: string | undefined
    expires_in?: number | undefined
    message?: string | undefined
    mfa_required?: boolean | undefined
  }) => {
    if (!reply.access_token) return end(reply.mfa_required ? SECOND_FACTOR : (reply.message ?? null))
    const client = connect(reply.access_token)
    const until = Date.now() + (reply.expires_in ?? 900) * 1_000
    hold({ client, until, account: await client.call('account.me') })
    setNotice(null)
  }

  useEffect(() => {
    if (!held) return
    const timer = setTimeout(() => end(EXPIRED), held.until - Date.now())
    return () => clearTimeout(timer)
  })

  return {
    current: held,
    notice,
    signIn: async body => begin(await connect().call('auth.token', { body })),
    signUp: async body => begin(await connect().call('auth.signup', { body })),
    signOut: async () => {
      end(null)
      // 401: there was nothing left to revoke.
      await held?.client.call('auth.revoke').catch(thrown => problemOf(thrown).status === 401 || setNotice(NOT_REVOKED))
    },
    expire: () => end(EXPIRED),
  }
}
