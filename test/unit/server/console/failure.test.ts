import { describe, expect, it } from 'vitest'
import { explain, explainField, problemOf } from '../../../../server/console/failure.ts'
import { Problem, problemOfReply } from '../../../../src/problem.ts'

describe('explain', () => {
  it('says when a lock ends', () => {
    expect(explain(problemOfReply(429, {}, { retryAfter: 890 }))).toBe('Too many attempts. Try again in 15 minutes.')
  })

  it('promises nothing about an unreachable server, and does not show its address', () => {
    const text = explain(new Problem('server.unreachable', 'http://10.0.0.7:8271 cannot be reached (ECONNREFUSED).'))
    expect(text).toMatch(/could not be reached/)
    expect(text).not.toContain('10.0.0.7')
  })

  it('prints the id under which a server error is found in its log', () => {
    expect(explain(problemOfReply(500, { request_id: 'req-17' }))).toContain('req-17')
  })

  it('says what to do about an unreadable value, without suggesting a retry', () => {
    const body = { detail: 'The stored value could not be opened.', hint: 'Tell the operator.', request_id: 'req-17' }
    const text = explain(problemOfReply(500, body))
    expect(text).toContain('The stored value could not be opened. Tell the operator.')
    expect(text).toContain('req-17')
    expect(text).not.toContain('Try again')
  })

  it('prints the server’s message as a sentence', () => {
    expect(explain(problemOfReply(403, { detail: 'sign-up is closed on this server' }))).toBe('Sign-up is closed on this server.')
    expect(explain(problemOfReply(403, { detail: 'Not now!' }))).toBe('Not now!')
  })
})

describe('explainField', () => {
  it.each([
    ['is too easy to guess', 'This is too easy to guess.'],
    ['must not be empty.', 'This must not be empty.'],
    ['No such address', 'No such address.'],
  ])('makes a sentence of %j', (fault, sentence) => {
    expect(explainField(fault)).toBe(sentence)
  })
})

describe('problemOf', () => {
  it('keeps a problem', () => {
    const problem = new Problem('resource.unknown')
    expect(problemOf(problem)).toBe(problem)
  })

  it('reveals nothing about an unexpected error', () => {
    const problem = problemOf(new TypeError('x is not a function'))
    expect(problem.code).toBe('server.unexpected')
    expect(explain(problem)).not.toContain('x is not')
  })
})
