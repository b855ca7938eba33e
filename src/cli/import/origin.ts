/** Tools whose files can be read. */
export const ORIGINS = [
  'dotenv',
  'json',
  'yaml',
  '1password',
  'doppler',
  'infisical',
  'vault',
  'bitwarden',
  'aws',
  'kubernetes',
] as const
export type Origin = (typeof ORIGINS)[number]
