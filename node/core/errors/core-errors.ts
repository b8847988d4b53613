/** Data, proofs, signatures, coding. */
export const coreErrors = {
} as const;
