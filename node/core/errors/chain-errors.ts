/** The RPC, transactions, the chain itself. */
export const chainErrors = {
} as const;
