const ignore = (): void => undefined;

/** Metrics that nobody reads; takes all that the port `Metrics` takes. */
export const noMetrics = { count: ignore, add: ignore, set: ignore, observe: ignore } as const;
