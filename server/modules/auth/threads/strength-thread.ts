import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as en from '@zxcvbn-ts/language-en'
import type { Estimate, ToJudge } from './strength.ts'

/**
 * The thread that estimates the strength of passwords: an estimate takes up to a second, and its dictionaries are large. There is only one,
 * so it keeps its normal priority: otherwise nobody could sign up on a busy machine.
 */

const estimator = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...en.dictionary },
  graphs: common.adjacencyGraphs,
  translations: en.translations,
})

export default function estimateOf({ password, about }: ToJudge): Estimate {
  try {
    const { score, feedback } = estimator.check(password, [...about])
    return { score, advice: [feedback.warning, ...feedback.suggestions].filter(Boolean).join(' ') }
  } catch {
    // The library's message could contain the password.
    return { failed: true }
  }
}
