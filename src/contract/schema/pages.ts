import { z } from 'zod'
import { text } from './fields.ts'

/** The input of every list: the maximum number of items, and where the previous page ended. */
export const pageQuery = { limit: z.int().min(1).max(1000).optional(), cursor: text(1200).optional() }

/** The cursor of every list that has a next page. */
export const nextCursor = { next_cursor: z.string().optional() }
