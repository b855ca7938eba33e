import { mfaDisable, mfaReset, mfaSetup, mfaStatus, mfaVerify, mfaVerifySetup } from '../../../src/contract/mfa.ts'
import { resetMemberMfa } from '../../../src/contract/org/org.ts'
import type { Mount } from '../../http/mount.ts'
import type { MfaReset } from './reset.ts'
import type { Mfa } from './service.ts'

export function mfaRoutes(mount: Mount, mfa: Mfa, reset: MfaReset): void {
  mount(resetMemberMfa, async ({ grant, params }) => {
    await reset.ask(grant, params.user_id)
    return { message: 'The link has been mailed.' }
  })
  mount(mfaReset, async ({ body, visitor }) => {
    await reset.consent(body.token, visitor.ip)
    return undefined
  })
  mount(mfaStatus, async ({ actor }) => ({ enabled: await mfa.isOn(actor) }))
  mount(mfaSetup, async ({ actor, visitor }) => mfa.setup(actor, visitor))
  mount(mfaVerifySetup, async ({ actor, body, visitor }) => ({
    recovery_codes: await mfa.verifySetup(actor, body.code, visitor),
  }))
  mount(mfaVerify, async ({ body, visitor }) => mfa.verify(body.mfa_token, body.code, visitor))
  mount(mfaDisable, async ({ actor, body, visitor }) => {
    await mfa.disable(actor, body, visitor)
    return undefined
  })
}
