/** An honest party has lost something: what INV-18 forbids. */
export class OathBroken extends Error {
  override readonly name = 'OathBroken';

  constructor(
    /** Which part of INV-18. */
    readonly oath: Oath,
    facts: Readonly<Record<string, unknown>>,
  ) {
    const told = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
    super(`${oath}: ${told.join(', ')}`);
  }
}

/** The parts of INV-18, by what is kept. */
export type Oath =
  | 'no collateral is lost while the data is there'
  | 'every proven period is paid at the agreed price'
  | 'no revision is signed under the price of the day'
  | 'an accepted voucher stays redeemable'
  | 'a signature costs bounded work'
  | 'a renter pays for what was proven and read, and no more'
  | 'collateral and escrow come back'
  | 'a stolen session key costs at most maxEgress and the rent of maxLeaves'
  | 'a stolen operator key costs at most what may be locked'
  | 'honest parties finish what they begin';

/** Throws {@link OathBroken} unless `kept`. */
export const swear = (kept: boolean, oath: Oath, facts: () => Readonly<Record<string, unknown>>): void => {
  if (!kept) throw new OathBroken(oath, facts());
};
