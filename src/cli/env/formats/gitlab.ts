import type { Variable } from '../names.ts'
import { unfit } from './unfit.ts'

/**
 * Lines of a dotenv report, which sets variables of later jobs: https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv.
 * Quotes are literal there and spaces are not allowed.
 * @throws Problem `usage` naming what has a space or a line break
 */
export function gitlab(variables: readonly Variable[]): string {
  return variables
    .map(({ name, value, origin }) => {
      if (/\s/.test(value)) throw unfit(origin, 'has a blank or a line break', 'a dotenv report of GitLab')
      return `${name}=${value}\n`
    })
    .join('')
}
