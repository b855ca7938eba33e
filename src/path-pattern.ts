/**
 * Path patterns: segments joined by `/`; `*` is exactly one segment, `**` zero or more, everything else is literal (so `a*` would match
 * nothing, and is refused). Matching takes at most segments × segments steps, whatever the pattern, because only the last `**` is ever
 * resumed.
 */
export interface Pattern {
  readonly source: string
  readonly segments: readonly string[]
  /** The literal segment with which a path must start, or end; undefined if any will do. */
  readonly head: string | undefined
  readonly tail: string | undefined
}

export function pattern(source: string): Pattern {
  const segments = source.split('/')
  return { source, segments, head: literal(segments[0]), tail: literal(segments.at(-1)) }
}

/** Exactly one segment, and any number of them. */
const STARS: readonly string[] = ['*', '**']

function literal(segment: string | undefined): string | undefined {
  return segment === '*' || segment === '**' ? undefined : segment
}

/** The maximum number of segments of a pattern, and of stars among them: both limit the cost of a decision. */
export const MAX_SEGMENTS = 32
export const MAX_STARS = 4

/** Whether the pattern is short and plain enough to be matched with every path of a vault. */
export function isBounded(source: string): boolean {
  const segments = source.split('/')
  return segments.length <= MAX_SEGMENTS && segments.filter(segment => literal(segment) === undefined).length <= MAX_STARS
}

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/

/** The path of a secret: segments of `[A-Za-z0-9_.-]` joined by single slashes; `.` and `..` are not segments. */
export const SECRET_PATH = /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.-]+)*$/
/** The maximum number of characters of a path. */
export const SECRET_PATH_MAX = 512

/** Whether a text can be the path of a secret. */
export function isSecretPath(text: string): boolean {
  return text.length <= SECRET_PATH_MAX && SECRET_PATH.test(text)
}

/**
 * What is wrong with a text as a pattern, as the rest of a sentence (`must be …`); undefined if it can match a path. A star within a
 * segment would be literal, and no path has one in it: such a pattern would look like a grant, or a limit, and be neither.
 */
export function patternFault(source: string): string | undefined {
  const segments = source.split('/')
  const starred = segments.find(segment => segment.includes('*') && literal(segment) !== undefined)
  if (starred !== undefined && /^[\w.*-]+$/.test(starred)) {
    return `has a star within ${starred}, which no path can match: use * for exactly one whole segment, or ** for any number of them, as in prod/* or prod/**`
  }
  if (!segments.every(segment => literal(segment) === undefined || NAME.test(segment))) {
    return 'must use only letters, digits, - _ . and single slashes, with * or ** as whole segments, for example prod/**'
  }
  const shortest = segments.map(segment => (segment === '**' ? '' : `${segment}/`)).join('').length - 1
  return shortest > SECRET_PATH_MAX ? `can never match: a path has at most ${SECRET_PATH_MAX} characters` : undefined
}

/** Whether it is written as a pattern that can match a path. */
export function isPattern(source: string): boolean {
  return patternFault(source) === undefined
}

/** What is wrong with a scope; a scope with a colon is a label and not a pattern. */
export function scopeFault(scope: string): string | undefined {
  return scope.includes(':') ? undefined : patternFault(scope)
}

/** Whether the pattern matches a canonical path. */
export function matches(pattern: Pattern, path: string): boolean {
  return matchesSegments(pattern, path.split('/'))
}

/** The same for a path that is already split at its slashes, for callers that check many patterns. */
export function matchesSegments({ segments, head, tail }: Pattern, path: readonly string[]): boolean {
  if (head !== undefined && head !== path[0]) return false
  if (tail !== undefined && tail !== path[path.length - 1]) return false
  return match(segments, path, isSingle)
}

const isSingle = (segment: string) => segment !== '**'

/**
 * Whether every path that `inner` matches is matched by `outer`. Sound, not complete: a pair it cannot prove counts as not covered.
 */
export function covers(outer: Pattern, inner: Pattern): boolean {
  return match(outer.segments, inner.segments, isSingle)
}

/** Whether some path is matched by both. */
export function meet({ segments: one }: Pattern, { segments: other }: Pattern): boolean {
  /**
   * Whether the rest of `one` from the row and the rest of `other` from the place in it have a path in common; rows are computed from the
   * last one up.
   */
  let below: boolean[] = []
  for (let i = one.length; i >= 0; i--) {
    const row: boolean[] = []
    for (let j = other.length; j >= 0; j--) {
      const [mine, theirs] = [one[i], other[j]]
      // Two stars end, or take one more segment of the other side.
      if (mine === '**' || theirs === '**') row[j] = below[j] || row[j + 1] || false
      else if (mine === undefined || theirs === undefined) row[j] = mine === theirs
      else row[j] = (mine === theirs || mine === '*' || theirs === '*') && (below[j + 1] ?? false)
    }
    below = row
  }
  return below[0] ?? false
}

/** Greedy wildcard matching; `single` says whether a subject's segment is exactly one segment, so that `*` can match it. */
function match(wanted: readonly string[], subject: readonly string[], single: (segment: string) => boolean): boolean {
  let w = 0
  let s = 0
  let resumeW = -1
  let resumeS = 0
  while (s < subject.length) {
    const want = wanted[w]
    const have = subject[s] as string
    if (want === '**') {
      resumeW = w++
      resumeS = s
    } else if (want !== undefined && (want === have || (want === '*' && single(have)))) {
      w++
      s++
    } else if (resumeW >= 0) {
      w = resumeW + 1
      s = ++resumeS
    } else return false
  }
  while (wanted[w] === '**') w++
  return w === wanted.length
}

interface Node {
  /** Patterns whose plain beginning ends here. */
  readonly patterns: Pattern[]
  readonly next: Map<string, Node>
}

const emptyNode = (): Node => ({ patterns: [], next: new Map() })

/**
 * Whether any of many patterns matches a path: only patterns that start like it, up to their first star, are compared. Each pattern counts
 * once, however often it is given.
 */
export function patternSet(patterns: readonly Pattern[]): (path: string) => boolean {
  const root = emptyNode()
  for (const each of new Map(patterns.map(one => [one.source, one])).values()) placeOf(root, each).patterns.push(each)
  return path => {
    const segments = path.split('/')
    let at: Node | undefined = root
    for (let depth = 0; at; depth++) {
      if (at.patterns.some(each => matchesSegments(each, segments))) return true
      at = depth < segments.length ? at.next.get(segments[depth] as string) : undefined
    }
    return false
  }
}

function placeOf(root: Node, { segments }: Pattern): Node {
  let at = root
  for (const segment of segments) {
    if (STARS.includes(segment)) break
    const next = at.next.get(segment) ?? emptyNode()
    at.next.set(segment, next)
    at = next
  }
  return at
}
