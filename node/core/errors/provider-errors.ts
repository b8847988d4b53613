/** What a provider refuses or reports. */
export const providerErrors = {} as const;
