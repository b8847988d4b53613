/** Peers and their messages. */
export const transportErrors = {} as const;
