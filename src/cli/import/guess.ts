import { Problem } from '../../problem.ts'
import { isRecord, recordsOf } from './entry.ts'
import type { Origin } from './origin.ts'

/**
 * Recognises a file by its name and text; `json` parses it.
 * @throws Problem `usage` for an unknown format
 */
export async function originOfText(name: string, text: string, json: () => unknown): Promise<Origin> {
  const { csvOrigin } = await import('./sources/csv.ts')
  const table = csvOrigin(text)
  if (table !== undefined) return table
  if (/\.csv$/i.test(name)) {
    throw new Problem(
      'usage',
      `${name} has neither a column Title, as 1Password writes it, nor Key and Value, as Infisical does.`,
      {
        hint: 'Export it from the other tool as JSON.',
      },
    )
  }
  if (/\.json$/i.test(name) || /^\s*[{[]/.test(text)) return ofJson(json())
  if (/\.ya?ml$/i.test(name) || looksLikeYaml(text)) return ofYaml(text)
  const { looksLikeDotenv } = await import('./sources/dotenv.ts')
  if (looksLikeDotenv(text) && !/^\s*-----BEGIN /.test(text)) return DOPPLERS.test(text) ? 'doppler' : 'dotenv'
  throw new Problem(
    'usage',
    `${name} cannot be recognised: most of its lines are not NAME=value, and it is neither JSON nor YAML.`,
    {
      hint: 'Name the tool that wrote it with --from. To store a file as one secret: `1claw secrets set <path> @<file>`.',
    },
  )
}

/** Doppler adds it to every config that is downloaded. */
const DOPPLERS = /^DOPPLER_CONFIG[=:]/m

/** The first line that is not a comment starts a document or is `name:`; a `.env` file has `NAME=` there. */
function looksLikeYaml(text: string): boolean {
  const first = text.split(/\r?\n/).find(line => !/^\s*(#|$)/.test(line)) ?? ''
  return /^(---(\s|$)|%YAML\b|"?[\w./-]+"?:(\s|$))/.test(first)
}

function ofYaml(text: string): Origin {
  if (/^["']?apiVersion["']?:/m.test(text) && /^["']?kind["']?:/m.test(text)) return 'kubernetes'
  if (/(^|[{,]\s*)["']?kind["']?:\s*["']?(Secret|List)\b/m.test(text)) return 'kubernetes'
  return DOPPLERS.test(text) ? 'doppler' : 'yaml'
}

async function ofJson(value: unknown): Promise<Origin> {
  const { isAws } = await import('./sources/tools.ts')
  if (Array.isArray(value)) return recordsOf(value).some(isAws) ? 'aws' : 'infisical'
  if (!isRecord(value)) return 'json'
  if (value['kind'] === 'Secret' || recordsOf(value['items']).some(({ kind }) => kind === 'Secret')) return 'kubernetes'
  if (typeof value['encrypted'] === 'boolean' && ('items' in value || 'data' in value)) return 'bitwarden'
  if ((await import('./sources/bitwarden.ts')).isSecretsManager(value)) return 'bitwarden'
  if (isAws(value) || 'SecretValues' in value) return 'aws'
  if ('lease_id' in value && 'data' in value) return 'vault'
  const members = Object.values(value)
  if ('DOPPLER_CONFIG' in value || (members.length > 0 && members.every(each => isRecord(each) && 'computed' in each)))
    return 'doppler'
  return 'json'
}
