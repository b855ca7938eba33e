/**
 * Bodies that grant something, or limit what was granted. Clients can be older or newer than this server, so unknown fields are ignored.
 * The exception is a field that would have restricted the grant: if it were ignored, the grant would allow more than the client intended.
 */
export type Granting =
  | 'policy'
  | 'agent'
  | 'ip-rule'
  | 'share'
  | 'api-key'
  | 'secret'
  | 'member'
  | 'token'
  | 'signature'
  | 'sending'

/** The values of a field that do not restrict. */
type Harmless = (value: unknown) => boolean

const isEmpty: Harmless = value =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value as object).length === 0)
const isOff: Harmless = value => isEmpty(value) || value === false
const isOn: Harmless = value => isEmpty(value) || value === true
const isAllow: Harmless = value => isEmpty(value) || (typeof value === 'string' && value.toLowerCase() === 'allow')

/** A name, or a pattern of names, of fields with which newer clients restrict, and that are not enforced here. */
export interface Restricting {
  readonly name: RegExp
  readonly harmless: Harmless
}

const named = (name: string, harmless: Harmless = isEmpty): Restricting => ({ name: new RegExp(`^(${name})$`, 'i'), harmless })

/** Fields of clients that ask for a dry run. */
const DRY = [named('(dry|test)_?run', isOff), named('preview|simulate', isOff)]

/** Fields of clients whose agent pays from a smart account, with rules of its own. */
const ACCOUNT = named('mode', value => isEmpty(value) || value === 'eoa')

/** Something that would exist but not work. */
const OFF = [named('(is_?)?(enabled|active)', isOn), named('(is_?)?(disabled|inactive|paused|suspended|revoked|locked)', isOff)]

/** Something that works once. */
const ONCE = named('(is_?)?(one|single)_?(time|use|view|access|read)(_?(use|only))?', isOff)

/** The addresses from which something works. */
const ADDRESSES = named('(ip|cidr)s?(_?(address|addresses|ranges?|cidrs?))?')

/** The vaults and paths that something reaches. */
const PLACES = named(
  'vault_?ids?|vaults?|(secret_?)?paths?|(secret_?)?path_?(patterns?|prefix|prefixes)|prefix|prefixes|environments?',
)

/** What can be done with something. */
const RIGHTS = named('permissions?|roles?|actions?|methods?|access(_?level)?')

/** The fields that published clients can send, and others with which one would restrict such an object. */
export const RESTRICTING: Readonly<Record<Granting, readonly Restricting[]>> = {
  policy: [
    named('effect', isAllow),
    named('tx_conditions'),
    named('attribute_conditions'),
    named('consensus_trigger'),
    named('(start|end)_?(hour|time)|hours|days|weekdays|days_?of_?week|(secret_?)?types?|versions?|environments?'),
    ADDRESSES,
    ...OFF,
  ],
  agent: [
    named('tx_max_per_day'),
    named('tx_token_allowlist'),
    named('tx_known_tokens_only', isOff),
    named('per_chain_guardrails'),
    named('tx_overhead_budget'),
    named('execution_\\w+', isOff),
    named('\\w+_require_tee', isOff),
    named('api_key_expires_at'),
    named('tx_\\w+', isOff),
    ADDRESSES,
    PLACES,
    ...OFF,
  ],
  'ip-rule': OFF,
  share: [
    ONCE,
    ADDRESSES,
    named('(share_?)?(password|pass_?code|pin|otp)|versions?|recipients|(recipient_?)?(emails|ids)|domains?'),
    ...OFF,
  ],
  'api-key': [ADDRESSES, PLACES, RIGHTS, ...OFF],
  secret: [ONCE, ADDRESSES, ...OFF],
  member: [PLACES, RIGHTS, ...OFF],
  // A token for less than the credential can do (RFC 8693 and similar).
  token: [named('scopes?'), named('resource'), named('audience'), ADDRESSES, PLACES, RIGHTS],
  signature: [...DRY, ACCOUNT],
  sending: [...DRY, named('broadcast|send|submit', isOn)],
}

/** Fields that servers return and clients send back unchanged. */
const ANSWERED = /^(tx_spent_today(_eth)?|access_count|is_expired|expired_at)$/

/** Words in the name of a field that restrict something, unless the field is empty or off. */
const BOUNDING = new Set(
  `max maximum min minimum limit limits limited cap caps ceiling quota budget threshold rate
  allowlist allowlists allowlisted whitelist whitelisted denylist denied denies deny blocklist blacklist blacklisted block blocks blocked
  only except exclude excludes excluded excluding forbid forbids forbidden prohibit prohibited disallow disallowed
  restrict restricts restricted restriction restrictions constrain constraint constraints condition conditions guardrail guardrails
  require requires required effect consensus quorum approvals readonly once
  expire expires expiry expiration ttl duration until before after valid validity window schedule lifetime`.split(/\s+/),
)

/** Words that restrict if the field says no, or if it lists what is allowed. */
const PERMITTING = new Set('allow allows allowed permit permits permitted can may'.split(' '))

/** Whether an unknown field must be refused, because it would have restricted what the body grants. */
export function restricts(granting: Granting, name: string, value: unknown): boolean {
  if (ANSWERED.test(name)) return false
  const entry = RESTRICTING[granting].find(each => each.name.test(name))
  if (entry) return !entry.harmless(value)
  const words = wordsOf(name)
  if (words.some(word => BOUNDING.has(word))) return !isOff(value)
  return words.some(word => PERMITTING.has(word)) && !isOn(value)
}

/** `maxValueEth`, `max-value-eth` and `max_value_eth` are the same words. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}
