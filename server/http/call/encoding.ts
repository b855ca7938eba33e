import type { FastifyReply } from 'fastify'

/** Accept-Encoding, RFC 9110 §12.5.3: the encoding is named, and its weight is not zero. */
export function accepts(wanted: 'br' | 'gzip', accepted: string | string[] | undefined): boolean {
  return String(accepted ?? '')
    .split(',')
    .some(choice => {
      const [coding = '', weight = 'q=1'] = choice.split(';', 2)
      return coding.trim().toLowerCase() === wanted && Number(weight.split('=')[1]) > 0
    })
}

/** Says that a request with another value of this header can get another reply. */
export function varyBy(reply: FastifyReply, name: string): FastifyReply {
  const others = reply.getHeader('vary')
  return reply.header('vary', others === undefined ? name : `${others}, ${name}`)
}
