/** How paths are matched. Parameters have at most this many characters. */
export const ROUTING = { maxParamLength: 2048 } as const
