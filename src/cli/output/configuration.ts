/** The settings that `1claw config` reads and writes: those of a profile that a person may choose. */
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { type Source, type TargetFlags, targetOf } from '../context/target.ts'
import { didYouMean } from '../input/suggest.ts'

export const SETTING_NAMES = ['api_url', 'vault', 'cache'] as const
export type SettingName = (typeof SETTING_NAMES)[number]

export interface Setting {
  readonly name: SettingName | 'profile'
  readonly value: string | undefined
  readonly source: Source
}

/** The effective settings in this folder and environment, with their sources. */
export function effectiveSettings(context: Context, flags: TargetFlags): Setting[] {
  const target = targetOf(context, flags)
  return [
    { name: 'profile', value: target.profileName, source: target.profileFrom },
    { name: 'api_url', value: target.apiUrl, source: target.apiUrlFrom },
    { name: 'vault', value: target.vault, source: target.vaultFrom },
    { name: 'cache', value: target.profile.cache ?? 'off', source: target.profile.cache ? 'profile' : 'default' },
  ]
}

export function settingName(word: string): SettingName {
  const name = SETTING_NAMES.find(known => known === word)
  if (!name)
    throw new Problem('usage', `There is no setting ${JSON.stringify(word)}.`, {
      hint: didYouMean(word, SETTING_NAMES, `The settings are: ${SETTING_NAMES.join(', ')}.`),
    })
  return name
}
