import { Problem } from '../../problem.ts'
import type { Variable } from './names.ts'
import { parseDotenv } from './parse-dotenv.ts'

/**
 * The variables inside an `env_bundle` secret: a JSON object of strings, or lines as in a `.env` file.
 * @throws Problem `usage` naming the path when it is neither; never with a part of the value.
 */
export function bundleVariables(path: string, value: string): Variable[] {
  const entries = value.trimStart().startsWith('{') ? jsonEntries(path, value) : lineEntries(path, value)
  return entries.map(([name, inner]) => ({ name, value: inner, origin: `${name} in ${path}` }))
}

function jsonEntries(path: string, value: string): [string, string][] {
  const parsed = parsedObject(value)
  if (!parsed) throw new Problem('usage', `The bundle ${path} starts like a JSON object but is not valid JSON.`)
  return Object.entries(parsed).map(([name, inner]) => {
    if (typeof inner !== 'string') throw new Problem('usage', `${name} in the bundle ${path} is not a string.`)
    return [name, inner]
  })
}

function parsedObject(value: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(value) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function lineEntries(path: string, value: string): [string, string][] {
  const entries = parseDotenv(value)
  if (entries.length === 0 && value.trim() !== '') {
    throw new Problem('usage', `The bundle ${path} has neither a JSON object nor NAME=value lines.`)
  }
  return entries
}
