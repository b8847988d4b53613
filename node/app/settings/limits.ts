/** Least that a provider can offer, bytes: less is a slip, such as a size without its unit. */
export const LEAST_CAPACITY = 2 ** 20;
