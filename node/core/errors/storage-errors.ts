/** Stores, journals and catalogues on disk. */
export const storageErrors = {
} as const;
