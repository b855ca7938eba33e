import { type SecondFactorDeps, secondFactor } from './second-factor.ts'
import { type MfaDeps, mfaService } from './service.ts'

/** The second factor of people. */
export function mfaArea(deps: SecondFactorDeps & Omit<MfaDeps, 'secondFactor'>) {
  return { mfa: mfaService({ ...deps, secondFactor: secondFactor(deps) }) }
}
