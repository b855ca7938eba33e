import { Problem } from '../../problem.ts'
import { shellWord } from '../../shell-word.ts'
import type { Profile } from '../context/settings.ts'
import type { Target } from '../context/target.ts'
import { didYouMean } from '../input/suggest.ts'

/** The error for a run without a credential. It says where there is a login, even if it is for another profile or server. */
export function notSignedIn(target: Target, profiles: Readonly<Record<string, Profile>>): Problem {
  const hint = hintFor(target, profiles)
  return new Problem('auth.required', 'Not authenticated. Run `1claw login` first.', hint === undefined ? {} : { hint })
}

function hintFor({ profileName, profile, apiUrl }: Target, profiles: Readonly<Record<string, Profile>>): string | undefined {
  const known = Object.keys(profiles)
  if (known.length === 0) return undefined
  if (!Object.hasOwn(profiles, profileName)) {
    return `There is no profile ${profileName}. ${didYouMean(profileName, known, `Your profiles: ${known.join(', ')}.`)}`
  }
  const isElsewhere = profile.credential_store !== undefined && profile.api_url !== undefined && profile.api_url !== apiUrl
  if (!isElsewhere) return undefined
  return `The profile ${profileName} is signed in to ${profile.api_url}. For this server: 1claw login --api-url ${shellWord(apiUrl)} --profile <name>`
}
