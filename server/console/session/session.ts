import { useEffect, useState } from 'react'
import type { Auth } from '../../../src/client/auth.ts'
import type { Client } from '../../../src/client/client.ts'
import type { Contract } from '../../../src/contract/all.ts'
import { deciphering } from '../../../src/sdk/deciphering.ts'
import { explain, problemOf } from '../failure.ts'
import { type CustomerKeys, customerKeys } from './customer-keys.ts'
import { type Health, healthOf } from './health.ts'
import { otherTabs } from './other-tabs.ts'
import { type Connect, sessionTokens } from './session-tokens.ts'

export type Account = Contract['account.me']['reply']

/** Owners and admins manage everything of the organisation, others only the things that they created. */
export function manages({ id, role }: Pick<Account, 'id' | 'role'>, made: { readonly created_by?: string | undefined }): boolean {
  return role !== 'member' || made.created_by === id
}

export interface SignedIn {
  readonly account: Account
  /** Encrypts and decrypts values with the customer keys that were entered here. */
  readonly client: Client
  /** The same for periodic requests of a page, which do not extend the session. */
  readonly background: Client
  readonly keys: CustomerKeys
}

/** The result of a sign-in: a token, or a step that is required first. */
export interface SignInReply {
  readonly access_token?: string | undefined
  readonly expires_in?: number | undefined
  readonly message?: string | undefined
  readonly mfa_required?: boolean | undefined
  readonly mfa_token?: string | undefined
}

export type SignInOptions = Contract['auth.options']['reply']

export interface Session {
  /** Asking the server whether this browser is signed in already. */
  readonly restoring: boolean
  /** It is; as whom, the server is still asked. */
  readonly returning: boolean
  /** `null` without a signed-in person. */
  readonly current: SignedIn | null
  /** The first message of the sign-in form: why a session ended. */
  readonly notice: string | null
  /** Asks again whether this browser is signed in; `null` if the server has answered that. */
  readonly retry: (() => Promise<void>) | null
  /** The server has ended the session; the person has not signed out. */
  readonly ended: boolean
  /** A sign-in waits for its second factor. */
  readonly challenged: boolean
  /** Throws the `Problem` of a refused sign-in. */
  signIn(credentials: Contract['auth.token']['body']): Promise<void>
  /** Throws the `Problem` of a refused sign-up. */
  signUp(person: Contract['auth.signup']['body']): Promise<void>
  /** Continues with the reply of any way to sign in. */
  begin(reply: SignInReply): Promise<void>
  /** Continues with the link that a terminal has created. Throws the `Problem` of one that is used or too old. */
  open(link: string): Promise<void>
  /** The second factor of the sign-in that waits for it. Throws the `Problem` of a refused code. */
  verify(code: string): Promise<void>
  /** Back to the sign-in form, which says why: the sign-in that waited is given up, or the server has ended the session. */
  startOver(why: string | null): void
  /** How people sign up and in on this server; asked once. */
  options(): Promise<SignInOptions>
  /** The health of the server; requested anonymously, so that it does not extend the session. Never throws. */
  health(last?: Health): Promise<Health>
  /** Ends the session here, in other tabs and on the server. */
  signOut(): Promise<void>
  /** The server no longer takes the token. */
  expire(): void
  /** Asks for the account again, after a change of it. */
  refresh(): Promise<void>
  switchOrg(orgId: string): Promise<void>
}

type State =
  | { readonly at: 'restoring'; readonly returning: boolean }
  | { readonly at: 'out'; readonly notice: string | null; readonly isUnknown?: true }
  | { readonly at: 'challenged'; readonly mfaToken: string }
  | { readonly at: 'in'; readonly who: SignedIn }

const EXPIRED = 'Your session has ended. Sign in again to continue.'
const ENTER_KEY = 'Enter the key under “Customer key” of the vault.'
const NOT_ENDED =
  'You are signed out on this page, but the server could not be reached, so reloading the page signs you in again. Reload it, then sign out again.'

/** The session of this browser, as this document knows it. */
export function useSession(connect: Connect): Session {
  const [state, setState] = useState<State>({ at: 'restoring', returning: false })
  const [parts] = useState(() => {
    const tokens = sessionTokens(connect, why => (why === 'ended' ? setState({ at: 'out', notice: EXPIRED }) : void restore()))
    const keys = customerKeys()
    const clientBy = (auth: Auth): Client => {
      const plain = connect(auth)
      return { ...plain, call: deciphering(plain.call, async () => async id => keys.of(id), ENTER_KEY) }
    }
    const [client, background] = [clientBy(tokens.auth), clientBy(tokens.background)]
    const tabs = otherTabs()

    const show = async () => {
      const account = await client.call('account.me')
      setState({ at: 'in', who: { account, client, background, keys } })
    }
    const returning = () => setState(before => (before.at === 'restoring' ? { at: 'restoring', returning: true } : before))
    const restore = async () => {
      try {
        if (await tokens.restore(returning)) await show()
        else setState({ at: 'out', notice: null })
      } catch (thrown) {
        setState({ at: 'out', notice: explain(problemOf(thrown)), isUnknown: true })
      }
    }
    let options: Promise<SignInOptions> | undefined
    const ask = () => {
      options ??= connect()
        .call('auth.options')
        .catch(thrown => {
          options = undefined
          throw thrown
        })
      return options
    }
    return { tokens, keys, tabs, show, restore, ask }
  })
  const { tokens, keys, tabs, show, restore, ask } = parts

  useEffect(() => {
    if (state.at !== 'in') keys.forgetAll()
  }, [state.at, keys])

  useEffect(() => {
    void restore()
    return tabs.listen(() => void restore())
  }, [restore, tabs])

  const begin = async (reply: SignInReply) => {
    if (reply.mfa_required && reply.mfa_token) return setState({ at: 'challenged', mfaToken: reply.mfa_token })
    if (!reply.access_token) return setState({ at: 'out', notice: reply.message ?? null })
    await tokens.begin(reply.access_token, reply.expires_in ?? 900)
    await show()
    tabs.tell()
  }

  return {
    restoring: state.at === 'restoring',
    returning: state.at === 'restoring' && state.returning,
    current: state.at === 'in' ? state.who : null,
    notice: state.at === 'out' ? state.notice : null,
    retry: state.at === 'out' && state.isUnknown ? restore : null,
    ended: state.at === 'out' && state.notice === EXPIRED,
    challenged: state.at === 'challenged',
    signIn: async body => begin(await connect().call('auth.token', { body })),
    signUp: async body => begin(await connect().call('auth.signup', { body })),
    begin,
    open: async link => {
      await tokens.open(link)
      await show()
      tabs.tell()
    },
    verify: async code => {
      if (state.at !== 'challenged') return
      await begin(await connect().call('mfa.verify', { body: { mfa_token: state.mfaToken, code } }))
    },
    startOver: why => setState({ at: 'out', notice: why }),
    options: ask,
    health: last => healthOf(connect(), last),
    signOut: async () => {
      setState({ at: 'out', notice: null })
      try {
        await tokens.end()
        tabs.tell()
      } catch {
        setState({ at: 'out', notice: NOT_ENDED })
      }
    },
    expire: () => setState({ at: 'out', notice: EXPIRED }),
    refresh: show,
    switchOrg: async orgId => {
      await tokens.switchTo(orgId)
      keys.forgetAll()
      await show()
      tabs.tell()
    },
  }
}
