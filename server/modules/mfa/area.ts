import { type MfaResetDeps, mfaReset } from './reset.ts'
import { type SecondFactorDeps, secondFactor } from './second-factor.ts'
import { type MfaDeps, mfaService } from './service.ts'

/** People's second factor. */
export function mfaArea(deps: SecondFactorDeps & Omit<MfaDeps, 'secondFactor'> & MfaResetDeps) {
  return { mfa: mfaService({ ...deps, secondFactor: secondFactor(deps) }), mfaReset: mfaReset(deps) }
}
