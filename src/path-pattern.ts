/**
 * Path patterns: segments joined by `/`; `*` is exactly one segment, `**` zero or more, all else literal (so `a*` matches only
 * itself). Matching takes at most segments × segments steps whatever the pattern, because only the last `**` is ever resumed.
 */
export interface Pattern {
  readonly source: string
  readonly segments: readonly string[]
}

export function pattern(source: string): Pattern {
  return { source, segments: source.split('/') }
}

const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9_.*-]+$/

/** Whether it is written as a pattern: segments of a path's characters and stars. */
export function isPattern(source: string): boolean {
  return source.split('/').every(segment => SEGMENT.test(segment))
}

/** Whether the pattern matches a canonical path. */
export function matches(pattern: Pattern, path: string): boolean {
  return match(pattern.segments, path.split('/'), segment => segment !== '**')
}

/**
 * Whether every path that `inner` matches is matched by `outer`. Sound, not complete: a pair it cannot prove counts as not covered.
 */
export function covers(outer: Pattern, inner: Pattern): boolean {
  return match(outer.segments, inner.segments, segment => segment !== '**')
}

/** Greedy wildcard matching; `single` says whether a subject's segment stands for exactly one segment, so that `*` may take it. */
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
