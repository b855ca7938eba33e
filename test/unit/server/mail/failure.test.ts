import { constants } from 'node:os'
import { expect, it } from 'vitest'
import { whyNotSent } from '../../../../server/mail/failure.ts'

it.each([
  [
    { code: 'EAUTH', responseCode: 535, response: '535 5.7.8 Bad credentials' },
    'The mail server rejected the login. It answered 535 5.7.8.',
  ],
  [
    { code: 'EENVELOPE', responseCode: 550, response: '550-5.1.1 <ada@example.com>: unknown' },
    /recipient\. It answered 550 5\.1\.1\.$/,
  ],
  [
    { code: 'EMESSAGE', responseCode: 554, response: '554 Refused: https://claw.test/invite/secret' },
    /the message\. It answered 554\.$/,
  ],
  [{ code: 'ESOCKET', errno: constants.errno.ECONNREFUSED * -1 }, 'The mail server refused the connection.'],
  [{ code: 'ESOCKET' }, 'The connection to the mail server failed.'],
  [{ code: 'ENOSPC', path: '/data/outbox/x' }, 'The disk is full.'],
  [new Error('ada@example.com'), 'The mail could not be sent.'],
  [{ code: 'toString' }, 'The mail could not be sent.'],
  [undefined, 'The mail could not be sent.'],
] as const)('the reason for %o is made of codes, and repeats no address and no link', (error, sentence) => {
  const why = whyNotSent(error)
  expect(why).toMatch(sentence)
  expect(why).not.toMatch(/@|:\/\/|\/data/)
})
