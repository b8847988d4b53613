/** What a renter meets on the way. */
export const renterErrors = {} as const;
