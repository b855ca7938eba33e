import { z } from 'zod'
import { text } from './fields.ts'

/** What every list takes: how many items at most, and where the page before ended. */
export const pageQuery = { limit: z.int().min(1).max(1000).optional(), cursor: text(1200).optional() }

/** What every list answers when there is more: the `cursor` of the next page. */
export const nextCursor = { next_cursor: z.string().optional() }
