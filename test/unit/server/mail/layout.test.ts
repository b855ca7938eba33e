import { describe, expect, it } from 'vitest'
import { mailOf } from '../../../../server/mail/layout.ts'

describe('a mail', () => {
  const mail = mailOf('test', 'ada@example.com', {
    subject: 'Hello\r\nBcc: victim@example.com\u2028 there',
    before: ['First & <b>foremost</b>.'],
    link: { label: 'Open "it"', url: 'https://claw.test/x?a=1&b=<2>' },
    after: ['Last.'],
  })

  it('has the same content in text and in HTML', () => {
    expect(mail.text).toBe('First & <b>foremost</b>.\n\nOpen "it":\nhttps://claw.test/x?a=1&b=<2>\n\nLast.\n\n-- \n1claw\n')
    expect(mail.html).toContain('<p>First &amp; &lt;b&gt;foremost&lt;/b&gt;.</p>')
    expect(mail.html).toContain('<a href="https://claw.test/x?a=1&amp;b=&lt;2&gt;">Open &quot;it&quot;</a>')
    expect(mail.html.indexOf('First')).toBeLessThan(mail.html.indexOf('Last.'))
  })

  it('has a subject of one line', () => {
    expect(mail.subject).toBe('Hello Bcc: victim@example.com  there')
    expect(mail.html).toContain('<title>Hello Bcc: victim@example.com  there</title>')
  })
})
